//! Tests of `tests/api/support/contract/` with a small document: valid exchanges, and one exchange for
//! each rule that it breaks.

#[path = "api/support/contract/mod.rs"]
mod contract;

use contract::{Contract, Exchange};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "paths": {
            "/things/{id}": {
                "parameters": [{"name": "deep", "in": "query"}],
                "get": {"responses": {
                    "200": {"$ref": "#/components/responses/Thing"},
                    "304": {"description": "as it was"},
                }},
                "put": {
                    "requestBody": {"required": true, "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}},
                    }},
                    "responses": {"204": {"description": "done"}},
                },
            },
            "/things/special": {"get": {"responses": {"204": {"description": "done"}}}},
        },
        "components": {
            "responses": {"Thing": {
                "headers": {
                    "ETag": {"required": true, "schema": {"type": "string", "pattern": "^\""}},
                    "X-Count": {"schema": {"type": "integer", "maximum": 9}},
                },
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}},
                },
            }},
            "schemas": {
                "Thing": {
                    "type": "object",
                    "required": ["at"],
                    "properties": {
                        "at": {"type": "string", "format": "date-time"},
                        "inner": {"$ref": "#/components/schemas/Thing"},
                    },
                    "additionalProperties": false,
                },
                "Problem": {"type": "object", "required": ["code"]},
            },
        },
    })
}

/// An exchange.
struct Case {
    method: &'static str,
    path: &'static str,
    query: Option<&'static str>,
    sent: Option<(&'static str, &'static str)>,
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: &'static str,
}

const THING: &str = r#"{"at": "2026-01-01T00:00:00Z", "inner": {"at": "2026-01-01T00:00:00Z"}}"#;
const PROBLEM: (&str, &str) = ("content-type", "application/problem+json");

impl Default for Case {
    fn default() -> Self {
        Self {
            method: "GET",
            path: "/things/1",
            query: None,
            sent: None,
            status: 200,
            headers: vec![("content-type", "application/json"), ("etag", "\"1\""), ("date", "x")],
            body: THING,
        }
    }
}

impl Case {
    /// An accepted `PUT`.
    fn put() -> Self {
        let sent = Some(("application/json", THING));
        Self { method: "PUT", status: 204, sent, headers: vec![], body: "", ..Self::default() }
    }

    /// An answer without a body.
    fn bare(method: &'static str, path: &'static str, status: u16) -> Self {
        Self { method, path, status, headers: vec![], body: "", ..Self::default() }
    }

    fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value));
        self
    }

    fn check(&self, contract: &Contract) -> Result<(), String> {
        let headers: HeaderMap = self
            .headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        contract.check(&Exchange {
            method: self.method,
            path: self.path,
            query: self.query,
            sent: self.sent.map(|(content_type, body)| (content_type, body.as_bytes())),
            status: self.status,
            headers: &headers,
            body: self.body.as_bytes(),
        })
    }
}

#[test]
fn valid_exchanges_pass() {
    let contract = Contract::new(document()).unwrap();
    let not_found = r#"{"code": "not_found", "status": 404}"#;
    let not_allowed = r#"{"code": "not_allowed", "status": 405}"#;
    for case in [
        Case::default(),
        Case::default().with("content-type", "application/json; charset=utf-8"),
        Case::default().with("x-count", "9"),
        Case { query: Some("deep=1"), ..Case::default() },
        Case { method: "HEAD", body: "", ..Case::default() },
        Case::bare("GET", "/things/1", 304),
        Case::bare("GET", "/things/special", 204),
        Case::put(),
        Case { body: not_found, ..Case::bare("GET", "/else", 404) }.with(PROBLEM.0, PROBLEM.1),
        Case { body: not_allowed, ..Case::bare("POST", "/things/1", 405) }
            .with(PROBLEM.0, PROBLEM.1)
            .with("allow", "GET, HEAD, PUT"),
        Case::bare("OPTIONS", "/else", 500),
    ] {
        case.check(&contract).unwrap();
    }
    let report = contract.report();
    assert_eq!(report.missing, Vec::<String>::new());
    assert!(report.to_string().contains("3 operations, 4 success statuses"), "{report}");
}

#[test]
fn each_broken_rule_is_named() {
    let contract = Contract::new(document()).unwrap();
    let problem = r#"{"code": "x", "status": 404}"#;
    for (rule, case) in [
        ("status 500 is not declared", Case { status: 500, ..Case::default() }),
        ("content type text/plain", Case::default().with("content-type", "text/plain")),
        ("header ETag is required", {
            let headers = vec![("content-type", "application/json")];
            Case { headers, ..Case::default() }
        }),
        ("header ETag does not fit", Case::default().with("etag", "W/\"1\"")),
        ("header X-Count does not fit", Case::default().with("x-count", "10")),
        ("header x-else is not declared", Case::default().with("x-else", "1")),
        ("body does not fit", Case { body: "{}", ..Case::default() }),
        (
            "/inner/at",
            Case {
                body: r#"{"at": "2026-01-01T00:00:00Z", "inner": {"at": "soon"}}"#,
                ..Case::default()
            },
        ),
        ("not JSON", Case { body: "", ..Case::default() }),
        ("HEAD has a body", Case { method: "HEAD", ..Case::default() }),
        ("none is declared", Case { body: "x", ..Case::bare("GET", "/things/1", 304) }),
        ("query parameter odd", Case { query: Some("odd=1"), ..Case::default() }),
        ("required body was accepted", Case { sent: None, ..Case::put() }),
        ("whose body does not fit", Case { sent: Some(("application/json", "{}")), ..Case::put() }),
        ("accepted undeclared", Case { sent: Some(("text/plain", "x")), ..Case::put() }),
        ("but none is declared", Case { sent: Some(("a/b", "x")), ..Case::default() }),
        ("answered by 404", Case::bare("GET", "/else", 200)),
        ("answered by 405", Case::bare("POST", "/things/1", 404)),
        ("must be application/problem+json", Case::bare("GET", "/else", 404)),
        (
            "no Problem",
            Case { body: r#"{"status": 404}"#, ..Case::bare("GET", "/else", 404) }
                .with(PROBLEM.0, PROBLEM.1),
        ),
        (
            "says status 404",
            Case { body: problem, ..Case::bare("POST", "/things/1", 405) }
                .with(PROBLEM.0, PROBLEM.1),
        ),
    ] {
        let message = case.check(&contract).expect_err(rule);
        assert!(message.contains(rule), "{rule} is not in:\n{message}");
    }
    assert_eq!(contract.report().missing.len(), 4);
}
