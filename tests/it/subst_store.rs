//! `helmfire-subst` and the disk: nobody sees half a file, no change is lost,
//! nothing is left lying about.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use helmfire_rules::Rules;

use crate::subst::{Project, outcome};
use crate::support::{binary, trials};

trials!(
    a_hundred_writers_lose_nothing,
    a_killed_writer_leaves_a_whole_file,
    leftovers_of_killed_writers_are_removed,
    a_held_lock_is_75,
    a_writer_waits_for_its_turn,
    a_waiting_writer_can_be_stopped,
    link_mode_and_owner_stay,
    a_new_file_obeys_the_umask,
    a_protected_file_is_refused,
    what_is_no_file_is_refused,
    an_unwritable_directory_is_said,
    a_full_disk_leaves_the_old_file,
);

const LOCK: &str = ".helmfire.toml.lock";

fn spawn(project: &Project, arguments: &[&str]) -> Child {
    binary("helmfire-subst")
        .args(arguments)
        .current_dir(project.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The number of image rules in the file, which must be good.
fn rules(project: &Project) -> usize {
    let rules = Rules::load_from(&project.path().join("helmfire.toml"));
    rules.unwrap_or_else(|error| panic!("{error}")).images.iter().len()
}

fn a_hundred_writers_lose_nothing() {
    let project = Project::new();
    let writers: Vec<Child> = (0..100)
        .map(|n| {
            let (from, to) = (format!("a{n}"), format!("b:{n}"));
            spawn(&project, &["image", &from, &to, "--wait", "120"])
        })
        .collect();
    for mut writer in writers {
        assert!(writer.wait().unwrap().success());
    }
    assert_eq!(rules(&project), 100);
    assert_eq!(project.names(), ["helmfire.toml"]);
}

/// Kills at moments spread over the life of a writer. Expressions are used
/// because they are not shown to oci-spec, whose first 30 ms touch no file.
fn a_killed_writer_leaves_a_whole_file() {
    // Long enough that writing it takes a while.
    let project = Project::with(&"# a line that says nothing at all\n".repeat(10_000));
    let started = Instant::now();
    let mut before = rules(&project);
    let (mut killed, mut interrupted) = (0, 0);
    // How long a writer lives, learned from those that ended before the kill.
    let mut life = Duration::from_millis(5);
    for n in 0..150_u32 {
        let expression = format!("^{n}$");
        let mut writer = spawn(&project, &["image", "--regex", &expression, "x"]);
        thread::sleep(life * (n * 37 % 100) / 100);
        // It may have ended.
        let _ = writer.kill();
        if writer.wait().unwrap().signal() == Some(9) {
            killed += 1;
            life = life * 21 / 20;
        } else {
            life = life * 9 / 10;
        }
        let after = rules(&project);
        assert!(after == before || after == before + 1, "{before} -> {after}");
        before = after;
        interrupted += u32::from(project.names().len() > 1);
        if started.elapsed() > Duration::from_secs(15) {
            assert!(n >= 100, "only {n} writers in 15 s");
            break;
        }
    }
    assert!(killed > 30, "only {killed} were killed in time");
    assert!(interrupted > 3, "only {interrupted} were killed at work");
    project.said(&["image", "--regex", "^end$", "x"]);
    assert_eq!(rules(&project), before + 1);
    assert_eq!(project.names(), ["helmfire.toml"]);
}

fn leftovers_of_killed_writers_are_removed() {
    let project = Project::with("version = 1\n");
    for name in [LOCK, ".helmfire.toml.a1B2c3.tmp"] {
        project.write(name, "half a fi");
    }
    // These belong to a file called helmfire.toml.x, and to somebody else.
    let others =
        [".helmfire.toml.tmp", ".helmfire.toml.x.a1B2c3.tmp", "helmfire.toml~"];
    for name in others {
        project.write(name, "");
    }
    project.said(&["image", "a", "b"]);
    let left = [&others[..], &["helmfire.toml"]].concat();
    let mut names = project.names();
    names.sort_by_key(|name| left.iter().position(|l| l == name));
    assert_eq!(names, left);
}

fn a_held_lock_is_75() {
    let project = Project::with("version = 1\n");
    let lock = File::create(project.path().join(LOCK)).unwrap();
    lock.lock().unwrap();
    let path = project.path().canonicalize().unwrap().join(LOCK);
    let (code, out, said) = project.run(&["image", "a", "b", "--wait", "0"]);
    assert_eq!((code, out.as_str()), (75, ""));
    assert_eq!(
        said,
        format!(
            "helmfire-subst: another program is changing helmfire.toml and holds {}; \
             try again, or wait longer with --wait SECONDS\n",
            path.display()
        )
    );
    assert_eq!(project.text(), "version = 1\n");
    // Reading needs no lock, and neither does a dry run.
    assert_eq!(project.run(&["list"]).0, 0);
    assert_eq!(project.run(&["image", "a", "b", "--dry-run"]).0, 0);
    drop(lock);
    project.said(&["image", "a", "b", "--wait", "0"]);
    assert_eq!(project.names(), ["helmfire.toml"]);
}

fn a_writer_waits_for_its_turn() {
    let project = Project::with("version = 1\n");
    let path = project.path().join(LOCK);
    let lock = File::create(&path).unwrap();
    lock.lock().unwrap();
    let mut writer = spawn(&project, &["image", "--regex", "a", "b"]);
    thread::sleep(Duration::from_millis(200));
    assert_eq!(writer.try_wait().unwrap(), None);
    // As a writer lets go: the name first, then the lock.
    fs::remove_file(&path).unwrap();
    drop(lock);
    assert!(writer.wait().unwrap().success());
    assert_eq!(rules(&project), 1);
}

fn a_waiting_writer_can_be_stopped() {
    for (name, number) in [("INT", 2), ("TERM", 15)] {
        let project = Project::with("version = 1\n");
        let lock = File::create(project.path().join(LOCK)).unwrap();
        lock.lock().unwrap();
        let mut writer = spawn(&project, &["image", "--regex", "a", "b"]);
        thread::sleep(Duration::from_millis(100));
        let id = writer.id().to_string();
        Command::new("kill").args(["-s", name, &id]).status().unwrap();
        // A shell reports these as 130 and 143.
        assert_eq!(writer.wait().unwrap().signal(), Some(number));
        assert_eq!(project.text(), "version = 1\n");
    }
}

fn link_mode_and_owner_stay() {
    let project = Project::new();
    project.write("real/rules.toml", "version = 1\n");
    let real = project.path().join("real/rules.toml");
    fs::set_permissions(&real, Permissions::from_mode(0o640)).unwrap();
    // Only root can give a file away.
    let _ = std::os::unix::fs::chown(&real, Some(65534), Some(65534));
    let before = fs::metadata(&real).unwrap();
    symlink("real/rules.toml", project.path().join("middle")).unwrap();
    symlink("middle", project.path().join("helmfire.toml")).unwrap();
    assert_eq!(
        project.said(&["image", "a", "b"]),
        "helmfire-subst: image a -> b (helmfire.toml:4)\n"
    );
    let after = fs::metadata(&real).unwrap();
    assert_eq!(after.mode() & 0o7777, 0o640);
    assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
    assert_eq!(
        fs::read_link(project.path().join("helmfire.toml")).unwrap(),
        Path::new("middle")
    );
    assert_eq!(project.names(), ["helmfire.toml", "middle", "real"]);
    assert_eq!(fs::read_dir(project.path().join("real")).unwrap().count(), 1);
    assert_eq!(rules(&project), 1);
}

/// The writer started by a shell that has run `setup`.
fn after(setup: &str, project: &Project) -> assert_cmd::Command {
    let mut command = assert_cmd::Command::new("sh");
    let program = binary("helmfire-subst").get_program().to_os_string();
    let script = format!("{setup}\nexec \"$0\" image a b");
    command.arg("-c").arg(script).arg(program).current_dir(project.path());
    command.env_remove("HELMFIRE_FILE");
    command
}

fn a_new_file_obeys_the_umask() {
    for (umask, mode) in [("027", 0o640), ("002", 0o664)] {
        let project = Project::new();
        after(&format!("umask {umask}"), &project).assert().success();
        let metadata = fs::metadata(project.path().join("helmfire.toml")).unwrap();
        assert_eq!(metadata.mode() & 0o7777, mode);
    }
}

fn a_protected_file_is_refused() {
    let project = Project::with("version = 1\n");
    let path = project.path().join("helmfire.toml");
    fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
    assert_eq!(
        project.run(&["image", "a", "b"]),
        (
            1,
            String::new(),
            "helmfire-subst: helmfire.toml is write-protected, allow writing with \
             'chmod u+w' first\n"
                .into()
        )
    );
    assert_eq!(project.text(), "version = 1\n");
    assert_eq!(project.names(), ["helmfire.toml"]);
}

fn what_is_no_file_is_refused() {
    let project = Project::new();
    symlink("nowhere", project.path().join("link.toml")).unwrap();
    fs::create_dir(project.path().join("dir.toml")).unwrap();
    let table = [
        (
            "link.toml",
            "link.toml is a symbolic link to nothing, create what it names or remove it",
        ),
        ("dir.toml", "dir.toml is not a regular file, name another with --file"),
        ("/dev/null", "/dev/null is not a regular file, name another with --file"),
        ("no/where.toml", "opening no: No such file or directory (os error 2)"),
    ];
    for (file, said) in table {
        let (code, _, found) = project.run(&["image", "a", "b", "--file", file]);
        assert_eq!((code, found), (1, format!("helmfire-subst: {said}\n")));
    }
    // The lock must not be turned into a way to write elsewhere.
    symlink("victim", project.path().join(LOCK)).unwrap();
    project.command(&["image", "a", "b"]).assert().code(1);
    assert!(!project.path().join("victim").exists());
}

fn an_unwritable_directory_is_said() {
    let project = Project::with("version = 1\n");
    fs::set_permissions(project.path(), Permissions::from_mode(0o555)).unwrap();
    let effective = File::create(project.path().join("probe")).is_err();
    // Root may write anywhere but where the system makes the files.
    let directory = if effective { project.path() } else { Path::new("/proc/self") };
    let found = outcome(project.command(&["image", "a", "b"]).current_dir(directory));
    fs::set_permissions(project.path(), Permissions::from_mode(0o755)).unwrap();
    assert_eq!((found.0, found.1.as_str()), (1, ""));
    assert!(found.2.starts_with("helmfire-subst: locking /"), "{}", found.2);
    assert_eq!(found.2.lines().count(), 1);
    assert_eq!(project.text(), "version = 1\n");
}

fn a_full_disk_leaves_the_old_file() {
    let project = Project::with("version = 1\n");
    // Ignored, the signal becomes an error of the write.
    let found = outcome(&mut after("trap '' XFSZ; ulimit -f 0", &project));
    let path = project.path().canonicalize().unwrap().join("helmfire.toml");
    let said = format!(
        "helmfire-subst: writing {}: File too large (os error 27)\n",
        path.display()
    );
    assert_eq!(found, (1, String::new(), said));
    assert_eq!(project.text(), "version = 1\n");
    assert_eq!(project.names(), ["helmfire.toml"]);
}
