//! Calls and responses survive a round trip; hostile XML is refused.

use super::*;

fn call(params: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><methodCall><methodName>pingback.ping</methodName><params>{params}</params></methodCall>"
    )
}

#[test]
fn written_calls_and_responses_parse_back() {
    let written = write_call("pingback.ping", &["http://a.example/?b&c", "<خبر> \"'"]);
    let read = read_call(written.as_bytes()).expect("a call");
    assert_eq!(read.method, "pingback.ping");
    let texts: Vec<_> = read.params.iter().map(Value::text).collect();
    assert_eq!(texts, [Some("http://a.example/?b&c"), Some("<خبر> \"'")]);
    for answer in [
        MethodResponse::Success(Value::Text("a & b".into())),
        MethodResponse::Success(Value::Array(vec![Value::Int(1), Value::Text(String::new())])),
        MethodResponse::Fault { code: 48, text: "<already>".into() },
    ] {
        assert_eq!(read_response(write_response(&answer).as_bytes()), Ok(answer));
    }
}

#[test]
fn value_without_a_type_is_text() {
    let read = read_call(call("<param><value>http://a.example/</value></param>").as_bytes());
    assert_eq!(read.expect("a call").params, [Value::Text("http://a.example/".into())]);
    let read = read_call(
        call("<param><value><string>a<![CDATA[<b>]]>&#x63;</string></value></param>").as_bytes(),
    );
    assert_eq!(read.expect("a call").params, [Value::Text("a<b>c".into())]);
}

#[test]
fn space_or_byte_order_mark_before_the_declaration_is_skipped() {
    for before in ["\n", " \r\n\t", "\u{feff}", "\u{feff}\n", "\n\u{feff}"] {
        let document = format!("{before}{}", call(""));
        assert_eq!(read_call(document.as_bytes()).map(|call| call.params), Ok(Vec::new()));
    }
    let late = call("").replace("<methodCall>", "<methodCall><?xml version=\"1.0\"?>");
    assert_eq!(read_call(late.as_bytes()), Err(XmlError::Instruction));
}

#[test]
fn hostile_document_is_refused() {
    let value = |text: &str| call(&format!("<param><value>{text}</value></param>"));
    let deep = "<a>".repeat(100_000);
    let bomb =
        "<!DOCTYPE b [<!ENTITY a \"x\"><!ENTITY b \"&a;&a;&a;&a;\">]><methodCall>&b;</methodCall>";
    let external = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><methodCall><methodName>&e;</methodName></methodCall>";
    let attributes =
        format!("<methodCall {}/>", (0..5_000).map(|n| format!("a{n}='' ")).collect::<String>());
    let utf16: Vec<u8> = call("").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut utf16_marked = vec![0xff, 0xfe];
    utf16_marked.extend_from_slice(&utf16);
    let encoded = |name: &str| call("").replace("\"1.0\"", &format!("\"1.0\" encoding=\"{name}\""));
    for (name, document, error) in [
        ("entities", bomb.as_bytes().to_vec(), XmlError::DocumentType),
        ("an external entity", external.as_bytes().to_vec(), XmlError::DocumentType),
        (
            "an external DTD",
            b"<!DOCTYPE x SYSTEM \"http://a.example/x.dtd\"><x/>".to_vec(),
            XmlError::DocumentType,
        ),
        ("a DOCTYPE after a comment", b"<!-- --><!DOCTYPE x><x/>".to_vec(), XmlError::DocumentType),
        ("an unknown entity", value("&xxe;").into_bytes(), XmlError::Entity),
        ("depth", deep.clone().into_bytes(), XmlError::TooMuch),
        ("depth within the size", deep.as_bytes()[..3_000].to_vec(), XmlError::TooMuch),
        ("width", format!("<a>{}</a>", "<b/>".repeat(3_000)).into_bytes(), XmlError::TooMuch),
        ("attributes", attributes.into_bytes(), XmlError::TooMuch),
        ("size", value(&"x".repeat(MAX_BYTES)).into_bytes(), XmlError::TooMuch),
        ("UTF-16", utf16, XmlError::Encoding),
        ("UTF-16 with a mark", utf16_marked, XmlError::Encoding),
        ("Latin 1 bytes", b"<a>\xe9</a>".to_vec(), XmlError::Encoding),
        ("UTF-7 by name", encoded("UTF-7").into_bytes(), XmlError::Encoding),
        ("UTF-16 by name", encoded("UTF-16").into_bytes(), XmlError::Encoding),
        ("EBCDIC by name", encoded("IBM037").into_bytes(), XmlError::Encoding),
        ("NUL", value("a\0b").into_bytes(), XmlError::Encoding),
        ("a control", value("a\u{1}b").into_bytes(), XmlError::Character),
        ("a control by number", value("&#1;").into_bytes(), XmlError::Character),
        ("NUL by number", value("&#0;").into_bytes(), XmlError::Character),
        (
            "an instruction",
            b"<?xml-stylesheet href=\"http://a.example\"?><x/>".to_vec(),
            XmlError::Instruction,
        ),
        ("a second declaration", b"<x/><?xml version=\"1.0\"?>".to_vec(), XmlError::Instruction),
        ("two roots", b"<x/><y/>".to_vec(), XmlError::Malformed),
        ("text outside", b"<x/>y".to_vec(), XmlError::Malformed),
        ("an end too many", b"<x/></x>".to_vec(), XmlError::Malformed),
        ("an end too few", b"<x><y></y>".to_vec(), XmlError::Malformed),
        ("crossed ends", b"<x><y></x></y>".to_vec(), XmlError::Malformed),
        ("nothing", Vec::new(), XmlError::Malformed),
        ("no XML", b"source=a&target=b".to_vec(), XmlError::Malformed),
        ("another document", b"<html/>".to_vec(), XmlError::Unexpected),
        ("an answer", b"<methodResponse/>".to_vec(), XmlError::Unexpected),
        ("no name", b"<methodCall/>".to_vec(), XmlError::Unexpected),
        (
            "an odd name",
            b"<methodCall><methodName>a b</methodName></methodCall>".to_vec(),
            XmlError::Unexpected,
        ),
    ] {
        assert_eq!(read_call(&document), Err(error), "{name}");
    }
}

#[test]
fn written_text_is_escaped() {
    let text = "</string><script>\u{0}\u{1}]]>&\"'";
    let answer = write_response(&MethodResponse::Fault { code: 0, text: text.into() });
    assert!(!answer.contains("<script>") && !answer.contains(['\0', '\u{1}']), "{answer}");
    let Ok(MethodResponse::Fault { text, .. }) = read_response(answer.as_bytes()) else {
        panic!("{answer}")
    };
    assert_eq!(text, "</string><script>]]>&\"'");
}
