//! A GitHub App: its token is exchanged, renewed before it expires and when it is refused, and never the key itself is sent.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use unspool_campaign::config::Credentials;
use unspool_campaign::forge::app::App;
use unspool_campaign::secret::Secret;

use crate::world::{REPOSITORY, World};

/// A key in the form in which GitHub hands it out (PKCS#1), or in the newer one.
fn key(form: &str) -> Secret {
    let flag = if form == "pkcs1" { "-traditional" } else { "" };
    let script = format!("openssl genrsa 2048 2>/dev/null | openssl rsa {flag} 2>/dev/null");
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("PRIVATE KEY"), "openssl gives no key: {text}");
    Secret::new(text)
}

#[test]
fn tokens_are_signed() {
    for form in ["pkcs1", "pkcs8"] {
        let key = key(form);
        // As environments often have it: in one line.
        for key in [key.clone(), Secret::new(key.expose().replace('\n', "\\n"))] {
            let jwt = App::new("7".into(), 1, &key).unwrap().jwt(1_000_000.0).unwrap();
            let parts: Vec<&str> = jwt.expose().split('.').collect();
            let claims = String::from_utf8(URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
            assert_eq!(claims, r#"{"exp":1000540,"iat":999940,"iss":"7"}"#);
            let folder = tempfile::tempdir().unwrap();
            let path = |name: &str| folder.path().join(name);
            std::fs::write(path("key"), key.expose().replace("\\n", "\n")).unwrap();
            std::fs::write(path("signed"), format!("{}.{}", parts[0], parts[1])).unwrap();
            std::fs::write(path("signature"), URL_SAFE_NO_PAD.decode(parts[2]).unwrap()).unwrap();
            let script = "openssl rsa -in key -pubout -out public 2>/dev/null && \
                          openssl dgst -sha256 -verify public -signature signature signed";
            let output = Command::new("sh").args(["-c", script]).current_dir(folder.path()).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&output.stdout), "Verified OK\n", "{form}");
        }
    }
    assert!(App::new("7".into(), 1, &Secret::new("no key at all")).is_err());
}

#[test]
fn a_token_that_expires_is_renewed() {
    let world = World::new("");
    let forge = world.connect_with(Credentials::App { id: "7".into(), installation: 3, key: key("pkcs1") });
    forge.repository(REPOSITORY).unwrap();
    forge.repository(REPOSITORY).unwrap();
    let exchanges =
        || world.forge.take_log().iter().filter(|logged| logged.address.contains("access_tokens")).count();
    assert_eq!(exchanges(), 1);
    // The forge takes it no more: once more, and the call goes on.
    world.forge.state().tokens.clear();
    forge.repository(REPOSITORY).unwrap();
    assert_eq!(exchanges(), 1);
    // Before it expires.
    world.clock_forward(3400.0);
    forge.repository(REPOSITORY).unwrap();
    assert_eq!(exchanges(), 1);
    let credential = forge.credential().unwrap().unwrap();
    assert_eq!(credential.host, format!("{}/", world.forge.address));
}
