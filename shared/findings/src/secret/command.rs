//! Passwords among the arguments of programs: `mysql -pvalue`, `redis-cli -a value`,
//! `curl -u user:value`.
//!
//! Which letter means a password depends on the program: `-p` is a port here and a
//! profile there. Where no program is known, `-p` counts if what is joined to it is
//! like a password and like no name. Lists of arguments and lines of a shell are read
//! alike. Refuses to follow variables.

use std::ops::Range;

use super::name::{Naming, judge};
use super::pair::is_harmless;
use super::program::{LOGINS, PLACES, PROGRAMS, Program};

/// Reads the arguments of a program one after the other.
#[derive(Clone, Copy, Default)]
pub(super) struct Reader<'w> {
    program: Option<&'static Program>,
    /// The word before.
    flag: &'w str,
    has_login: bool,
    /// What is made is there for everybody to read.
    has_config_map: bool,
    /// The last program of which words have places.
    placing: &'w str,
    /// How many words are in front of the one that is a password.
    left: Option<usize>,
    /// Whether the words are items of a list, where no prose is between them.
    is_list: bool,
}

impl<'w> Reader<'w> {
    /// For the items of a list.
    pub(super) fn of_list() -> Self {
        Self { is_list: true, ..Self::default() }
    }

    /// Where in the next word a password stands.
    pub(super) fn word(&mut self, word: &'w str) -> Option<Range<usize>> {
        let flag = std::mem::replace(&mut self.flag, word);
        let name = word.rsplit('/').next().unwrap_or(word);
        if let Some(program) = PROGRAMS.iter().find(|it| it.0.contains(&name)) {
            (self.program, self.has_login) = (Some(program), false);
        }
        self.has_login |= word == "login";
        self.has_config_map |= ["configmap", "cm"].contains(&word);
        let range = self
            .placed(name, word)
            .or_else(|| self.behind(flag, word))
            .or_else(|| self.joined(word).map(|at| at..word.len()))?;
        let value = &word[range.clone()];
        (!is_harmless(value, Naming::Password)).then_some(range)
    }

    /// What stands at a place of its own.
    fn placed(&mut self, name: &'w str, word: &str) -> Option<Range<usize>> {
        let is_value = !word.starts_with('-') && !word.contains('=');
        if let Some(left) = self.left.filter(|_| is_value) {
            self.left = left.checked_sub(1);
            return (left == 0).then_some(0..word.len());
        }
        if name == "htpasswd" || PLACES.iter().any(|it| it.0 == name) {
            self.placing = name;
        }
        // `htpasswd -bc file user password`, `htpasswd -nb user password`
        let is_batch =
            self.placing == "htpasswd" && is_letters(word) && word.contains('b');
        let place = PLACES.iter().find(|it| (it.0, it.1) == (self.placing, word));
        if let Some((_, _, between)) = place {
            self.left = Some(*between);
        } else if is_batch {
            self.left = Some(if word.contains('n') { 1 } else { 2 });
        }
        None
    }

    /// What stands behind the flag.
    fn behind(&self, flag: &str, word: &str) -> Option<Range<usize>> {
        if self.flags().contains(&flag) {
            let is_value = !word.starts_with(['-', '{']) && !self.is_port(word);
            return is_value.then_some(0..word.len());
        }
        let start = match flag {
            "-b" | "--cookie" if self.is("curl") => behind_user(word, '='),
            "-u" | "--user" | "--proxy-user" => behind_user(word, ':'),
            "-U" if self.is("smbclient") => behind_user(word, '%'),
            "-p" if self.is_list => {
                let is_value = !word.starts_with(['-', '/']) && !is_port(word);
                is_value.then_some(0)
            }
            _ if self.is_list => {
                let is_credential = flag.starts_with('-')
                    && !flag.contains(['=', ' '])
                    && judge(flag.trim_start_matches('-')) >= Naming::Around;
                is_credential.then_some(0)
            }
            _ => None,
        };
        start.map(|start| start..word.len())
    }

    /// Where the value begins that is joined to its flag.
    fn joined(&self, word: &str) -> Option<usize> {
        let joined =
            [("--user=", ':'), ("--proxy-user=", ':'), ("--from-literal=", '=')];
        for (flag, sign) in joined {
            let is_open = self.has_config_map && flag == "--from-literal=";
            if let Some(rest) = word.strip_prefix(flag).filter(|_| !is_open) {
                return behind_user(rest, sign).map(|at| flag.len() + at);
            }
        }
        if self.is("curl") {
            // `-sSuuser:value`: the other letters have no values.
            let flags = word.strip_prefix('-')?;
            let at = flags.find(|c| !"fgikLnqsSvZ#".contains(c))?;
            let rest = flags[at..].strip_prefix(['u', 'U'])?;
            return behind_user(rest, ':').map(|it| word.len() - rest.len() + it);
        }
        if let Some((_, flags, true)) = self.program {
            let flag = flags.iter().find(|flag| word.starts_with(**flag))?;
            return (word.len() > flag.len()).then_some(flag.len());
        }
        let rest = word.strip_prefix("-p")?;
        is_like_password(rest).then_some(2)
    }

    /// The flags behind which a password stands.
    fn flags(&self) -> &'static [&'static str] {
        match self.program {
            Some((names, _, _)) if *names == LOGINS && !self.has_login => &[],
            Some((_, flags, _)) => flags,
            None => &[],
        }
    }

    /// Whether it is about ports: `docker run --name mysql -p 3306:3306`. Where the
    /// flag can be nothing else, a number alone is a password.
    fn is_port(&self, word: &str) -> bool {
        let is_known = self.program.is_some_and(|(names, _, _)| *names != LOGINS);
        is_port(word) && (!is_known || word.contains(':'))
    }

    fn is(&self, name: &str) -> bool {
        self.program.is_some_and(|(names, _, _)| names.contains(&name))
    }
}

/// Where in `user:password` the password begins; not in the numbers `1000:1000`.
fn behind_user(word: &str, sign: char) -> Option<usize> {
    let (user, password) = word.split_once(sign)?;
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_nothing = password.is_empty() || is_number(user) && is_number(password);
    (!is_nothing && !password.starts_with("//")).then_some(user.len() + 1)
}

/// `-abc`
fn is_letters(word: &str) -> bool {
    word.starts_with('-') && !word.starts_with("--")
}

/// `$DB_PASSWORD`, for which a shell puts something else.
fn is_variable(text: &str) -> bool {
    let is_part =
        |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    text.strip_prefix('$')
        .is_some_and(|name| name.len() > 3 && name.bytes().all(is_part))
}

/// `8080`, `127.0.0.1:8080:80/tcp`
fn is_port(word: &str) -> bool {
    let numbers = word.strip_suffix("/tcp").or(word.strip_suffix("/udp"));
    numbers
        .unwrap_or(word)
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b":.-".contains(&byte))
}

/// Whether letters of both cases and digits are mixed as in no name of a flag, which
/// begins small and has its digits at the end of words.
fn is_like_password(rest: &str) -> bool {
    let bytes = rest.as_bytes();
    let has = |is: fn(&u8) -> bool| bytes.iter().any(is);
    let is_within = |two: &[u8]| two[0].is_ascii_digit() && two[1].is_ascii_lowercase();
    rest.len() >= 8
        && !rest.contains(['=', '/', ':', ','])
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && (!bytes[0].is_ascii_lowercase() || bytes.windows(2).any(is_within))
}

/// The passwords among the arguments in `text`, a script or talk.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let mut reader = Reader::default();
    let mut is_continued = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end();
        // A list of arguments may stand line by line.
        if !is_continued && !body.trim_start().starts_with("- ") {
            reader = Reader::default();
        }
        is_continued = body.ends_with('\\');
        self::line(at, body, &mut reader, found);
        at += line.len();
    }
}

/// Reads one line of a script, which begins at `at` in the text.
fn line<'w>(
    at: usize,
    line: &'w str,
    reader: &mut Reader<'w>,
    found: &mut Vec<Range<usize>>,
) {
    let ends = |c: char| c.is_whitespace() || "\"'`[]();|&,".contains(c);
    let mut echoed = None;
    let mut end = 0;
    while let Some(start) = line[end..].find(|c| !ends(c)).map(|it| end + it) {
        if line[end..start].contains([';', '|', '&', '(', '`']) {
            *reader = Reader::default();
        }
        let rest = &line[start..];
        end = start + rest.find(ends).unwrap_or(rest.len());
        // The mark of a list, the sign that a line goes on.
        let word = line[start..end].trim_end_matches('\\');
        if word.is_empty() || word == "-" {
            continue;
        }
        let before = reader.flag;
        let secret = reader.word(word).map(|range| start + range.start);
        let is_quoted = line[end..].starts_with(['"', '\'']);
        let secret = match secret {
            // `-p"value"`
            None if is_quoted && reader.joined(&format!("{word}_")).is_some() => {
                let begin = end + 1;
                (begin < line.len()).then_some(begin)
            }
            secret => secret,
        };
        if let Some(secret) = secret {
            end = end_of_value(line, secret).max(end);
            let value = &line[secret..end];
            if !is_harmless(value, Naming::Password) && !is_variable(value) {
                found.push(at + secret..at + end);
            }
            reader.flag = "";
        }
        if ["echo", "printf"].contains(&before) {
            echoed = Some(start..end_of_value(line, start));
        }
        let is_reader = ["--password-stdin", "--stdin", "chpasswd"].contains(&word);
        if is_reader || (before, word) == ("sudo", "-S") {
            let echoed = echoed.take().filter(|it| !line[it.clone()].starts_with('$'));
            found.extend(echoed.map(|it| at + it.start..at + it.end));
        }
    }
}

/// Where the value ends that begins at `start`: with its quote or with the word.
fn end_of_value(line: &str, start: usize) -> usize {
    let rest = &line[start..];
    let quote = line[..start].chars().next_back().filter(|c| "\"'".contains(*c));
    let quoted = match quote {
        Some(quote) => rest.find(quote),
        None if rest.starts_with("$(") => rest.find(')').map(|at| at + 1),
        None => None,
    };
    let ends = |c: char| c.is_whitespace() || "\"'`;|&)".contains(c);
    let length = quoted.or_else(|| rest.find(ends)).unwrap_or(rest.len());
    start + rest[..length].trim_end_matches([',', ']', '\\']).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text, &mut found);
        found.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn flags_of_programs() {
        for (text, expected) in [
            ("mysql -uroot -pabc db", &["abc"] as &[&str]),
            ("mysql -P 1 -p abc", &["abc"]),
            ("/usr/bin/mysqldump -h db -p'a b' x", &["a b"]),
            ("mysqladmin \\\n  -p\"abc\" ping", &["abc"]),
            ("kubectl exec db -- mariadb -pabc", &["abc"]),
            ("mongosh -u a -pabc; mongo -p abc", &["abc", "abc"]),
            ("sshpass -pabc ssh -p 22 h", &["abc", "22"]),
            ("redis-cli -h db -a 'abc' ping", &["abc"]),
            ("x=$(redis-cli -a abc)", &["abc"]),
            ("curl -u me:abc https://h", &["abc"]),
            ("curl -ume:abc https://h", &["abc"]),
            ("curl --user=me:abc https://h", &["abc"]),
            ("curl -sSume:abc https://h", &["abc"]),
            ("sqlcmd -S h -U sa -P abc", &["abc"]),
            ("htpasswd -bc /f me abc; htpasswd -nb me abc", &["abc", "abc"]),
            ("mc alias set m http://h:9000 me abc", &["abc"]),
            ("rabbitmqctl add_user me abc", &["abc"]),
            ("vault login abc", &["abc"]),
            ("openssl enc -aes256 -k abc", &["abc"]),
            ("useradd -m -p abc me", &["abc"]),
            ("echo abc | sudo -S ls; echo abc | passwd --stdin me", &["abc", "abc"]),
            ("ldapsearch -D cn=a -w abc -b dc=x", &["abc"]),
            ("curl -b 'session=abc' https://h", &["abc"]),
            ("kubectl create secret generic x --from-literal=a=abc", &["abc"]),
            ("smbclient -U me%abc //h/s", &["abc"]),
            ("docker login -u me -p abc r", &["abc"]),
            ("helm registry login -u me -p abc r", &["abc"]),
            ("[\"mysql\",\"-pabc\"]", &["abc"]),
            ("- mysql\n- -pabc\n- db", &["abc"]),
            ("run -pS3cr3tPass x", &["S3cr3tPass"]),
            ("echo abc | docker login -u me --password-stdin", &["abc"]),
            ("echo 'root:abc' | chpasswd", &["root:abc"]),
        ] {
            assert_eq!(secrets(text), expected, "{text}");
        }
    }

    #[test]
    fn flags_that_are_others() {
        for text in [
            "mkdir -p abc",
            "nginx -p 8080 --port=8080",
            "docker run -p 8080:80 -u 1000:1000 web",
            "docker compose -p shop up",
            "docker run --name mysql -p 3306:3306 mysql:8",
            "kubectl patch sts mysql -p '{\"spec\":{}}'",
            "kubectl create configmap x --from-literal=a=abc",
            "mysqladmin -uroot -p$DB_PASSWORD status",
            "htpasswd -c /f me",
            "vault login -method=oidc role=x",
            "mc alias list",
            "curl -sSk -o /dev/null https://h:8080",
            "java -pretty -profile prod -pidfile /run/x",
            "go test -parallel4 -pkgV2Name -podNamePrefix3",
            "mysql -p; ls -a x",
            "mysql -p${DB_PASSWORD} -e x",
            "redis-cli ping; tar -a x",
            "curl -u me https://h:8080/x",
            "ssh -p2222 host",
            "echo $TOKEN | docker login --password-stdin",
            "echo abc",
        ] {
            assert_eq!(secrets(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn items_of_lists() {
        for (words, expected) in [
            (&["mysql", "-pabc"] as &[&str], &[(1_usize, 2_usize)] as &[_]),
            (&["redis-cli", "-a", "abc"], &[(2, 0)]),
            (&["x", "--password", "abc", "-p", "abc"], &[(2, 0), (4, 0)]),
            (&["curl", "-u", "me:abc"], &[(2, 3)]),
            (&["x", "-p", "127.0.0.1:8080:80/tcp", "-p8080"], &[]),
            (&["x", "-a", "abc", "-profile", "prod", "-p", "/tmp"], &[]),
        ] {
            let mut reader = Reader::of_list();
            let found: Vec<_> = words
                .iter()
                .enumerate()
                .filter_map(|(index, word)| Some((index, reader.word(word)?.start)))
                .collect();
            assert_eq!(found, expected, "{words:?}");
        }
    }
}
