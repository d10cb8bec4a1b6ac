//! TLS to PostgreSQL, mode by mode, against a server whose certificate says `localhost` and comes
//! from an authority made here. Two roles make the encryption visible: the server lets `tls` in
//! over TLS only, and `plain` without it only.

#[path = "faults/cluster.rs"]
#[allow(dead_code, reason = "the faults need more of it")]
mod cluster;
#[path = "api/support/database.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod database;
#[path = "api/support/postgres.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod postgres;

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::LazyLock;

use cluster::{Cluster, or_skip};
use database::block_on;
use maqal::store::migrate::{Step, migrate};
use maqal::store::{DbConfig, DbUrl, StoreError};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

const ACCESS: &str = "\
local     all maqal     trust
hostssl   all tls   all trust
hostnossl all plain all trust
";

struct Server {
    /// Keeps it running.
    _cluster: Cluster,
    port: u16,
    /// The authority that signed its certificate, and one that did not.
    right_ca: PathBuf,
    wrong_ca: PathBuf,
}

static WITH_TLS: LazyLock<Result<Server, String>> = LazyLock::new(|| Server::start("on"));
static WITHOUT_TLS: LazyLock<Result<Server, String>> = LazyLock::new(|| Server::start("off"));

fn with_tls() -> Option<&'static Server> {
    or_skip(WITH_TLS.as_ref().map_err(Clone::clone))
}

fn without_tls() -> Option<&'static Server> {
    or_skip(WITHOUT_TLS.as_ref().map_err(Clone::clone))
}

fn authority() -> (String, Issuer<'static, KeyPair>) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let pem = params.self_signed(&key).expect("a certificate").pem();
    (pem, Issuer::new(params, key))
}

impl Server {
    fn start(ssl: &str) -> Result<Self, String> {
        let mut cluster = Cluster::new()?;
        let (right, issuer) = authority();
        let key = KeyPair::generate().expect("a key");
        let certificate = CertificateParams::new(["localhost".to_owned()])
            .and_then(|params| params.signed_by(&key, &issuer))
            .expect("a certificate");
        let right_ca = cluster.write("right.pem", &right);
        let wrong_ca = cluster.write("wrong.pem", &authority().0);
        let certificate = cluster.write("server.pem", &certificate.pem());
        let key = cluster.write("server.key", &key.serialize_pem());
        cluster.write("data/pg_hba.conf", ACCESS);
        let options = format!(
            "-c ssl={ssl} -c ssl_cert_file={} -c ssl_key_file={} -c listen_addresses=localhost",
            certificate.display(),
            key.display()
        );
        let port = start_on_any_port(&mut cluster, &options)?;
        block_on(async {
            let config = format!(
                "host={} port={port} user=maqal dbname=postgres",
                cluster.folder().display()
            );
            let (client, connection) =
                tokio_postgres::connect(&config, tokio_postgres::NoTls).await?;
            tokio::spawn(connection);
            client
                .batch_execute("CREATE ROLE tls SUPERUSER LOGIN; CREATE ROLE plain SUPERUSER LOGIN")
                .await
        })
        .map_err(|error| error.to_string())?;
        Ok(Self { _cluster: cluster, port, right_ca, wrong_ca })
    }

    /// Connects as the role to the host, with this after the question mark.
    fn look(&self, role: &str, host: &str, query: &str) -> Result<(), String> {
        look(&format!("postgres://{role}@{host}:{}/postgres?{query}", self.port))
    }

    fn right(&self, mode: &str) -> String {
        format!("sslmode={mode}&sslrootcert={}", self.right_ca.display())
    }

    fn wrong(&self, mode: &str) -> String {
        format!("sslmode={mode}&sslrootcert={}", self.wrong_ca.display())
    }
}

/// A free port may be taken before PostgreSQL has it: then it's another's turn.
fn start_on_any_port(cluster: &mut Cluster, options: &str) -> Result<u16, String> {
    let mut outcome = Err(String::new());
    for _ in 0..5 {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let port = free.map_err(|error| error.to_string())?.port();
        outcome = cluster.start(&format!("{options} -c port={port}")).map(|()| port);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

fn look(url: &str) -> Result<(), String> {
    let url = DbUrl::parse(url)?;
    let config = DbConfig { url, read_url: None, pool_size: 1, sqlite_full_sync: false };
    match block_on(migrate(&config, Step::Status)) {
        Ok(_) => Ok(()),
        Err(StoreError::Unavailable(why)) => Err(why),
        Err(other) => panic!("not called unavailable: {other}"),
    }
}

#[track_caller]
fn assert_refused(outcome: Result<(), String>, cause: &str) {
    let why = outcome.expect_err("it must not connect");
    assert!(why.contains(cause), "{why:?} does not tell of {cause:?}");
}

#[test]
fn disable_never_encrypts() {
    let Some(server) = with_tls() else { return };
    server.look("plain", "localhost", "sslmode=disable").expect("in plain text");
    assert_refused(server.look("tls", "localhost", "sslmode=disable"), "no encryption");
}

#[test]
fn prefer_is_the_default_and_encrypts_where_it_can() {
    let Some(server) = with_tls() else { return };
    for query in ["", "sslmode=prefer", "sslmode=allow"] {
        server.look("tls", "localhost", query).unwrap_or_else(|why| panic!("{query}: {why}"));
        server.look("tls", "127.0.0.1", query).unwrap_or_else(|why| panic!("{query}: {why}"));
    }
    let Some(server) = without_tls() else { return };
    server.look("plain", "localhost", "sslmode=prefer").expect("in plain text");
}

#[test]
fn require_encrypts_and_asks_for_no_authority() {
    let Some(server) = with_tls() else { return };
    server.look("tls", "localhost", "sslmode=require").expect("encrypted");
    server.look("tls", "127.0.0.1", "sslmode=require").expect("encrypted");
    assert_refused(server.look("plain", "localhost", "sslmode=require"), "plain");
}

#[test]
fn require_verifies_once_it_has_an_authority() {
    let Some(server) = with_tls() else { return };
    server.look("tls", "127.0.0.1", &server.right("require")).expect("the right authority");
    assert_refused(server.look("tls", "127.0.0.1", &server.wrong("require")), "certificate");
}

#[test]
fn verify_ca_takes_any_name_of_the_right_authority() {
    let Some(server) = with_tls() else { return };
    server.look("tls", "localhost", &server.right("verify-ca")).expect("the right authority");
    server.look("tls", "127.0.0.1", &server.right("verify-ca")).expect("whatever the name");
    for host in ["localhost", "127.0.0.1"] {
        assert_refused(server.look("tls", host, &server.wrong("verify-ca")), "certificate");
        assert_refused(server.look("tls", host, "sslmode=verify-ca"), "certificate");
    }
}

#[test]
fn verify_full_takes_the_right_name_of_the_right_authority_only() {
    let Some(server) = with_tls() else { return };
    server.look("tls", "localhost", &server.right("verify-full")).expect("name and authority");
    assert_refused(server.look("tls", "127.0.0.1", &server.right("verify-full")), "not valid for");
    assert_refused(server.look("tls", "localhost", &server.wrong("verify-full")), "certificate");
    // The system's authorities know nothing of ours.
    for query in ["sslmode=verify-full", "sslmode=verify-full&sslrootcert=system"] {
        assert_refused(server.look("tls", "localhost", query), "certificate");
    }
}

#[test]
fn a_server_without_tls_is_refused_where_tls_is_a_must() {
    let Some(server) = without_tls() else { return };
    for query in
        ["sslmode=require".to_owned(), server.right("verify-ca"), server.right("verify-full")]
    {
        assert_refused(server.look("plain", "localhost", &query), "does not support TLS");
    }
}

#[test]
fn a_socket_of_this_machine_needs_no_tls() {
    let Some(server) = with_tls() else { return };
    let socket = server.right_ca.parent().expect("a folder").display().to_string();
    let socket = socket.replace('/', "%2F");
    for mode in ["disable", "prefer", "require", "verify-ca", "verify-full"] {
        server.look("maqal", &socket, &format!("sslmode={mode}")).expect(mode);
    }
}

#[test]
fn an_authority_that_cannot_be_read_is_named() {
    let Some(server) = with_tls() else { return };
    for mode in ["verify-ca", "verify-full"] {
        let missing = format!("sslmode={mode}&sslrootcert=/nowhere/ca.pem");
        assert_refused(server.look("tls", "localhost", &missing), "/nowhere/ca.pem");
        let folder = server.right_ca.parent().expect("a folder");
        let no_certificate = format!("sslmode={mode}&sslrootcert={}/server.key", folder.display());
        assert_refused(server.look("tls", "localhost", &no_certificate), "certificate");
    }
}

#[test]
fn an_unknown_sslmode_is_refused_before_anything_is_tried() {
    for mode in ["verify_full", "VERIFY-FULL", "on", ""] {
        let why = look(&format!("postgres://maqal@localhost/x?sslmode={mode}"));
        let why = why.expect_err("an unknown mode");
        assert!(why.contains("verify-full") && why.contains("disable"), "{mode}: {why}");
    }
}
