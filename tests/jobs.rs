//! The crontab and the systemd units as they stand: their very command lines publish a night.
//!
//! Each command is run by `sh` as cron or systemd would hand it over. Only the folders are others, and `date` gives the
//! sample's day after making sure that it was asked for yesterday.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::harness::root;

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

    /// Asserts that the night of the sample's day was published, with its metrics, and that its summary says `says`.
    fn expect(&self, done: &Output, (folder, metrics): (&str, &str), says: &str) {
        let told = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{}: {told}", done.status);
        let state = self.path("var/lib/fangpin");
        assert!(state.join(folder).join("2025-11-30/manifest.json").is_file());
        let metrics = fs::read_to_string(state.join(metrics)).unwrap();
        assert!(metrics.contains("fangpin_"), "{metrics}");
        let summary = String::from_utf8_lossy(&done.stdout);
        assert!(summary.contains(says), "{summary}");
    }

    fn expect_night(&self, done: &Output) {
        self.expect(done, ("published", "fangpin.prom"), "因病返贫监测");
    }
}

/// The rounds of audits, when cron starts them, when systemd does, and what the summary of each says.
const ROUNDS: [(&str, &str, &str, &str); 2] = [
    ("weekly", "30 3 * * 1", "Mon *-*-* 03:30:00", "应保尽保"),
    ("monthly", "30 4 1 * *", "*-*-01 04:30:00", "待遇落实"),
];

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

/// The command of the crontab's job that runs `job`, as cron hands it to the shell; it starts at these times.
fn cron_command(job: &str, times: &str) -> String {
    let crontab = read("jobs/crontab");
    let line = |line: &&str| !line.starts_with('#') && !line.starts_with("SHELL=") && !line.is_empty();
    let jobs: Vec<&str> = crontab.lines().filter(line).collect();
    assert_eq!(jobs.len(), 4, "{jobs:?}");
    let named = format!("jobs/{job}.toml ");
    let fields: Vec<&str> = jobs.iter().find(|line| line.contains(&named)).unwrap().splitn(6, ' ').collect();
    assert_eq!(fields[..5].join(" "), times);
    assert!(!fields[5].replace("\\%", "").contains('%'), "a bare percent sign ends the line: {}", fields[5]);
    fields[5].replace("\\%", "%")
}

fn nightly_command() -> String {
    cron_command("nightly", "30 2 * * *")
}

/// The value of `key` in a unit.
fn setting(unit: &str, key: &str) -> String {
    let values: Vec<&str> = unit.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('=')).collect();
    assert_eq!(values.len(), 1, "{key}: {values:?}");
    values[0].to_owned()
}

/// What a service has `sh` do, as systemd hands it over; `instance` is what stands after the @.
fn service_command(unit: &str, instance: &str) -> String {
    let line = setting(&read(unit), "ExecStart").replace("%i", instance);
    let script = line.strip_prefix("/bin/sh -c '").and_then(|rest| rest.strip_suffix('\'')).unwrap();
    assert!(!script.replace("%%", "").contains('%'), "a bare percent sign is a specifier: {script}");
    assert!(!script.replace("$$", "").contains('$'), "a bare dollar sign is a variable: {script}");
    script.replace("%%", "%").replace("$$", "$")
}

#[test]
fn the_crontab_publishes_a_night() {
    let machine = Machine::working();
    let done = machine.run(&nightly_command(), machine.folder.path());
    machine.expect_night(&done);
    assert!(done.stderr.is_empty(), "cron would mail {}", String::from_utf8_lossy(&done.stderr));
    let log = fs::read_to_string(machine.path("var/lib/fangpin/nightly.log")).unwrap();
    assert!(log.lines().count() > 1 && log.lines().all(|line| line.starts_with('{')), "{log}");
}

#[test]
fn the_crontab_says_so_when_a_night_is_not_published() {
    let machine = Machine::working();
    fs::create_dir_all(machine.path("var/lib/fangpin/published/2025-11-30")).unwrap();
    let done = machine.run(&nightly_command(), machine.folder.path());
    assert_eq!(done.status.code(), Some(73));
    let here = machine.folder.path().display();
    let mail =
        format!("the night of 2025-11-30 was not published, exit code 73: see {here}/var/lib/fangpin/nightly.log\n");
    assert_eq!(String::from_utf8_lossy(&done.stdout), mail);
}

#[test]
fn the_crontab_tries_again_when_another_run_is_at_work() {
    let machine = Machine::with("#!/bin/sh\n[ -e tried ] && { echo the summary; exit 0; }\n: >tried\nexit 75\n");
    let done = machine.run(&nightly_command(), machine.folder.path());
    assert!(done.status.success());
    assert_eq!(String::from_utf8_lossy(&done.stdout), "slept 600\nthe summary\n");
}

#[test]
fn the_service_publishes_a_night() {
    let machine = Machine::working();
    let home = setting(&read("jobs/fangpin.service"), "WorkingDirectory");
    let home = machine.path(home.trim_start_matches('/'));
    let done = machine.run(&service_command("jobs/fangpin.service", ""), &home);
    machine.expect_night(&done);
    let log = String::from_utf8_lossy(&done.stderr);
    assert!(log.lines().count() > 1 && log.lines().all(|line| line.starts_with('{')), "{log}");
}

#[test]
fn the_crontab_and_the_services_publish_the_audits_of_every_round() {
    for (round, cron, systemd, says) in ROUNDS {
        let machine = Machine::working();
        let done = machine.run(&cron_command(round, cron), machine.folder.path());
        machine.expect(&done, (round, &format!("{round}.prom")), says);
        assert!(done.stderr.is_empty(), "cron would mail {}", String::from_utf8_lossy(&done.stderr));
        assert!(machine.path("var/lib/fangpin").join(format!("{round}.log")).is_file());

        let unit = "jobs/fangpin-audit@.service";
        let machine = Machine::working();
        let home = machine.path(setting(&read(unit), "WorkingDirectory").trim_start_matches('/'));
        let done = machine.run(&service_command(unit, round), &home);
        machine.expect(&done, (round, &format!("{round}.prom")), says);
        let timer = read(&format!("jobs/fangpin-audit@{round}.timer"));
        assert_eq!((setting(&timer, "OnCalendar").as_str(), setting(&timer, "Persistent").as_str()), (systemd, "true"));
    }
}

#[test]
fn the_crontab_and_the_service_publish_the_board_of_what_the_others_published() {
    let machine = Machine::working();
    machine.expect_night(&machine.run(&nightly_command(), machine.folder.path()));
    let done = machine.run(&cron_command("report", "30 5 * * *"), machine.folder.path());
    machine.expect(&done, ("report", "report.prom"), "late jobs 2");
    assert!(done.stderr.is_empty(), "cron would mail {}", String::from_utf8_lossy(&done.stderr));
    let metrics = fs::read_to_string(machine.path("var/lib/fangpin/report.prom")).unwrap();
    assert!(metrics.contains("fangpin_job_days_late{kind=\"nightly\"} 0\n"), "{metrics}");
    assert!(metrics.contains("fangpin_job_days_late{kind=\"monthly\"} -1\n"), "{metrics}");

    let machine = Machine::working();
    machine.expect_night(&machine.run(&nightly_command(), machine.folder.path()));
    let home = machine.path(setting(&read("jobs/fangpin-report.service"), "WorkingDirectory").trim_start_matches('/'));
    let done = machine.run(&service_command("jobs/fangpin-report.service", ""), &home);
    machine.expect(&done, ("report", "report.prom"), "index.html");
    let timer = read("jobs/fangpin-report.timer");
    assert_eq!(setting(&timer, "OnCalendar"), "*-*-* 05:30:00");
    assert_eq!(setting(&timer, "Persistent"), "true");
}

#[test]
fn the_services_write_in_their_own_folder_only_and_try_again_on_75_alone() {
    for unit in ["jobs/fangpin.service", "jobs/fangpin-audit@.service", "jobs/fangpin-report.service"] {
        let unit = read(unit);
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
