//! The crontab and the systemd units as they stand: their very command lines publish a night.
//!
//! Each command is run by `sh` as cron or systemd would hand it over. Only the folders are others, and `date` gives the
//! sample's day after making sure that it was asked for yesterday.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// What `date` has to be asked.
const DATE: &str = "#!/bin/sh\n[ \"$*\" = '-d yesterday +%F' ] || exit 9\necho 2025-11-30\n";

/// A machine with the program installed as the units expect it, below a temporary folder.
struct Machine {
    folder: TempDir,
}

impl Machine {
    /// `fangpin` is what the installed program does.
    fn with(fangpin: &str) -> Machine {
        let machine = Machine { folder: TempDir::new().unwrap() };
        let opt = machine.path("opt/fangpin");
        fs::create_dir_all(opt.join("target/release")).unwrap();
        fs::create_dir_all(machine.path("var/lib/fangpin")).unwrap();
        fs::create_dir_all(machine.path("bin")).unwrap();
        for folder in ["jobs", "data"] {
            std::os::unix::fs::symlink(root().join(folder), opt.join(folder)).unwrap();
        }
        machine.script("bin/date", DATE);
        machine.script("bin/sleep", "#!/bin/sh\necho slept $1\n");
        machine.script("opt/fangpin/target/release/fangpin", fangpin);
        machine
    }

    fn working() -> Machine {
        Machine::with(&format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_fangpin")))
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn script(&self, below: &str, text: &str) {
        fs::write(self.path(below), text).unwrap();
        fs::set_permissions(self.path(below), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Runs a command line of a unit in this machine's folders, beginning in `home`.
    fn run(&self, line: &str, home: &Path) -> Output {
        let here = self.folder.path().display();
        let line = line.replace("/opt/", &format!("{here}/opt/")).replace("/var/", &format!("{here}/var/"));
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap());
        Command::new("/bin/sh").arg("-c").arg(line).env("PATH", path).current_dir(home).output().unwrap()
    }

    /// Asserts that the night of the sample's day was published, with its metrics.
    fn expect_night(&self, done: &Output) {
        let told = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{}: {told}", done.status);
        let state = self.path("var/lib/fangpin");
        assert!(state.join("published/2025-11-30/manifest.json").is_file());
        let metrics = fs::read_to_string(state.join("fangpin.prom")).unwrap();
        assert!(metrics.contains("fangpin_"), "{metrics}");
        let summary = String::from_utf8_lossy(&done.stdout);
        assert!(summary.contains("因病返贫监测"), "{summary}");
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

/// The command of the one job in the crontab, as cron hands it to the shell.
fn cron_command() -> String {
    let crontab = read("jobs/crontab");
    let line = |line: &&str| !line.starts_with('#') && !line.starts_with("SHELL=") && !line.is_empty();
    let jobs: Vec<&str> = crontab.lines().filter(line).collect();
    assert_eq!(jobs.len(), 1, "{jobs:?}");
    let fields: Vec<&str> = jobs[0].splitn(6, ' ').collect();
    assert_eq!(fields[..5], ["30", "2", "*", "*", "*"]);
    assert!(!fields[5].replace("\\%", "").contains('%'), "a bare percent sign ends the line: {}", fields[5]);
    fields[5].replace("\\%", "%")
}

/// The value of `key` in a unit.
fn setting(unit: &str, key: &str) -> String {
    let values: Vec<&str> = unit.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('=')).collect();
    assert_eq!(values.len(), 1, "{key}: {values:?}");
    values[0].to_owned()
}

/// What the service has `sh` do, as systemd hands it over.
fn service_command() -> String {
    let line = setting(&read("jobs/fangpin.service"), "ExecStart");
    let script = line.strip_prefix("/bin/sh -c '").and_then(|rest| rest.strip_suffix('\'')).unwrap();
    assert!(!script.replace("%%", "").contains('%'), "a bare percent sign is a specifier: {script}");
    assert!(!script.replace("$$", "").contains('$'), "a bare dollar sign is a variable: {script}");
    script.replace("%%", "%").replace("$$", "$")
}

#[test]
fn the_crontab_publishes_a_night() {
    let machine = Machine::working();
    let done = machine.run(&cron_command(), machine.folder.path());
    machine.expect_night(&done);
    assert!(done.stderr.is_empty(), "cron would mail {}", String::from_utf8_lossy(&done.stderr));
    let log = fs::read_to_string(machine.path("var/lib/fangpin/nightly.log")).unwrap();
    assert!(log.lines().count() > 1 && log.lines().all(|line| line.starts_with('{')), "{log}");
}

#[test]
fn the_crontab_says_so_when_a_night_is_not_published() {
    let machine = Machine::working();
    fs::create_dir_all(machine.path("var/lib/fangpin/published/2025-11-30")).unwrap();
    let done = machine.run(&cron_command(), machine.folder.path());
    assert_eq!(done.status.code(), Some(73));
    let here = machine.folder.path().display();
    let mail =
        format!("the night of 2025-11-30 was not published, exit code 73: see {here}/var/lib/fangpin/nightly.log\n");
    assert_eq!(String::from_utf8_lossy(&done.stdout), mail);
}

#[test]
fn the_crontab_tries_again_when_another_run_is_at_work() {
    let machine = Machine::with("#!/bin/sh\n[ -e tried ] && { echo the summary; exit 0; }\n: >tried\nexit 75\n");
    let done = machine.run(&cron_command(), machine.folder.path());
    assert!(done.status.success());
    assert_eq!(String::from_utf8_lossy(&done.stdout), "slept 600\nthe summary\n");
}

#[test]
fn the_service_publishes_a_night() {
    let machine = Machine::working();
    let home = setting(&read("jobs/fangpin.service"), "WorkingDirectory");
    let home = machine.path(home.trim_start_matches('/'));
    let done = machine.run(&service_command(), &home);
    machine.expect_night(&done);
    let log = String::from_utf8_lossy(&done.stderr);
    assert!(log.lines().count() > 1 && log.lines().all(|line| line.starts_with('{')), "{log}");
}

#[test]
fn the_service_writes_in_its_own_folder_only_and_tries_again_on_75_alone() {
    let unit = read("jobs/fangpin.service");
    for (key, value) in [
        ("Type", "oneshot"),
        ("Restart", "on-failure"),
        ("RestartPreventExitStatus", "64 65 66 70 73 74 78"),
        ("StateDirectory", "fangpin"),
        ("ReadWritePaths", "/var/lib/fangpin"),
        ("ProtectSystem", "strict"),
        ("NoNewPrivileges", "yes"),
        ("UMask", "0077"),
    ] {
        assert_eq!(setting(&unit, key), value, "{key}");
    }
    let timer = read("jobs/fangpin.timer");
    assert_eq!(setting(&timer, "OnCalendar"), "*-*-* 02:30:00");
    assert_eq!(setting(&timer, "Persistent"), "true");
}

#[test]
fn date_knows_yesterday() {
    let done = Command::new("date").args(["-d", "yesterday", "+%F"]).output().unwrap();
    let day = String::from_utf8(done.stdout).unwrap();
    assert!(day.trim().parse::<chrono::NaiveDate>().is_ok(), "{day}");
}
