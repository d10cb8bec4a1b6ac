//! A full disk under SQLite: writes are refused, reads continue, acknowledged data survives, and
//! writes resume once there is room.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::client::{Client, block_on, made};
use super::database::{Backend, Database};
use super::program::{PROGRAM, Server, command, eventually, settle};

/// Writes until the server refuses with this status, makes room, and writes again.
fn fill_up(server: &Server, status: u16, make_room: impl FnOnce()) {
    block_on(async {
        let client = Client::signed_in(server).await;
        let mut articles = Vec::new();
        let padding = "حشو ".repeat(500);
        let refused = loop {
            let answer = client.write(&format!("خبر {}", articles.len())).await;
            if answer.status != 201 {
                break answer;
            }
            articles.push(made(&answer.body));
            let summary = serde_json::json!({ "title": "حشو", "body": padding });
            let answer = client.post("/api/v1/articles", None, &summary).await;
            if answer.status != 201 {
                break answer;
            }
            assert!(articles.len() < 5_000, "it never fills up");
        };
        refused.assert_try_later(&[status]);
        for _ in 0..20 {
            let answer = client.write(&format!("بلا مكان {}", articles.len())).await;
            // Small records may still fit.
            if answer.status == 201 {
                articles.push(made(&answer.body));
            } else {
                answer.assert_try_later(&[503, 507]);
            }
        }
        client.get("/health/ready").await.expect(200);
        client.get("/api/v1/articles?limit=5").await.expect(200);
        client.assert_there(&articles).await;

        make_room();
        eventually("writes resume", async || {
            let answer = client.write("بعد الاتساع").await;
            if answer.status == 201 {
                articles.push(made(&answer.body));
                return true;
            }
            answer.assert_try_later(&[503, 507]);
            false
        })
        .await;
        client.assert_there(&articles).await;
    });
}

fn serve_through_shell(script: &str, shell: &str, database: &Path, keys: &Path) -> Command {
    let folder = keys.parent().expect("a folder");
    let mut command = command(shell, folder);
    settle(&mut command, &format!("sqlite://{}", database.display()), keys);
    command.args(["-c", script]).env("PROGRAM", PROGRAM).env("FOLDER", folder);
    // The log would hold many expected errors.
    command.env("MAQAL_LOG", "off");
    command
}

/// A file size limit acts like a full disk and is available everywhere.
#[test]
fn file_size_limit_makes_writes_fail_and_reads_succeed() {
    if Command::new("prlimit").arg("--version").output().is_err() {
        eprintln!("!! SKIPPED: there is no prlimit to lift a limit with");
        return;
    }
    let database = Database::migrated(Backend::Sqlite);
    // The unit is 512 bytes. The signal is ignored, since a full disk sends none.
    let script = "trap '' XFSZ; ulimit -S -f 2048; exec \"$PROGRAM\" serve";
    let file = database.file().expect("a file");
    let server = serve_through_shell(script, "sh", file, &database.keys());
    let server = Server::spawn(server).ready();
    fill_up(&server, 503, || {
        let pid = server.pid().to_string();
        let lifted = Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited:"]).status();
        assert!(lifted.expect("prlimit").success());
    });
}

/// A real full disk, where the user may mount a small one in a namespace.
#[test]
fn full_disk_makes_writes_fail_and_reads_succeed() {
    let mount = "mount -t tmpfs -o size=4m maqal-test \"$FOLDER/disk\"";
    let database = Database::empty(Backend::Sqlite);
    let keys = database.keys();
    let disk: PathBuf = keys.parent().expect("a folder").join("disk");
    std::fs::create_dir(&disk).expect("a folder to mount on");
    let script = |script: &str| {
        let script = format!("exec unshare --user --map-root-user --mount sh -c '{script}'");
        serve_through_shell(&script, "sh", &disk.join("test.db"), &keys)
    };
    if !script(mount).output().is_ok_and(|output| output.status.success()) {
        eprintln!("!! SKIPPED: nothing may be mounted here");
        return;
    }
    let filled = format!(
        "{mount} && head -c 2500000 /dev/zero >\"$FOLDER/disk/filler\" && exec \"$PROGRAM\" serve"
    );
    let server = Server::spawn(script(&filled)).ready();
    let inside = PathBuf::from(format!("/proc/{}/root", server.pid()));
    let filler = inside.join(disk.strip_prefix("/").expect("absolute")).join("filler");
    fill_up(&server, 507, || std::fs::remove_file(&filler).expect("room"));
}
