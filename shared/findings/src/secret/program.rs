//! Programs that take a password as an argument.
//!
//! Only what a flag of one letter means, or the place of a word, has to be known: a
//! flag with a name says it. Refuses to read commands.

/// Programs, their flags for passwords, and whether the value may be joined to them.
pub(super) type Program = (&'static [&'static str], &'static [&'static str], bool);

pub(super) const PROGRAMS: [Program; 9] = [
    (
        &[
            "7z",
            "7za",
            "mariadb",
            "mariadb-admin",
            "mariadb-dump",
            "mongo",
            "mongodump",
            "mongoexport",
            "mongoimport",
            "mongorestore",
            "mongosh",
            "mysql",
            "mysqladmin",
            "mysqlcheck",
            "mysqldump",
            "mysqlimport",
            "mysqlsh",
            "sshpass",
        ],
        &["-p"],
        true,
    ),
    (&["keydb-cli", "redis-cli", "valkey-cli"], &["-a"], false),
    (&["ldapadd", "ldapmodify", "ldapsearch", "ldapwhoami"], &["-w"], true),
    (
        &["bcp", "mosquitto_pub", "mosquitto_sub", "sqlcmd", "unzip", "zip"],
        &["-P"],
        true,
    ),
    (&["openssl"], &["-K", "-k"], false),
    (&["useradd", "usermod"], &["-p"], false),
    (&["snmpget", "snmpwalk"], &["-A", "-X"], false),
    (&["curl", "smbclient"], &[], false),
    (&LOGINS, &["-p"], false),
];

/// For these `-p` is the password behind `login` alone.
pub(super) const LOGINS: [&str; 7] =
    ["az", "docker", "helm", "nerdctl", "oc", "oras", "podman"];

/// Programs that take a password as a word: behind which other one, and how many are
/// in between.
pub(super) const PLACES: [(&str, &str, usize); 6] = [
    ("mc", "add", 3),
    ("mc", "set", 3),
    ("rabbitmqctl", "add_user", 1),
    ("rabbitmqctl", "authenticate_user", 1),
    ("rabbitmqctl", "change_password", 1),
    ("vault", "login", 0),
];
