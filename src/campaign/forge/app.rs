//! A GitHub App: a private key signs short-lived tokens of its own (RFC 7519, RS256), which are exchanged for a token of the
//! installation that lasts an hour.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::RSA_PKCS1_SHA256;
use serde_json::{Value, json};

use super::{Call, Trouble};
use crate::error::{Error, Result};
use crate::secret::Secret;

/// GitHub's limit is ten minutes; the clock of the machine may be a minute off.
const VALID: f64 = 540.0;
const SKEW: f64 = 60.0;
/// A token of an installation lasts an hour; it is renewed before.
const RENEWED_AFTER: f64 = 3300.0;

pub struct App {
    id: String,
    installation: u64,
    key: KeyPair,
    token: Option<(Secret, f64)>,
}

impl App {
    pub fn new(id: String, installation: u64, key: &Secret) -> Result<App> {
        let wrong = || Error::Config("the private key of the App is no RSA key in PEM".into());
        // In environments of job controllers line ends are often written as `\n`.
        let pem = key.expose().replace("\\n", "\n");
        let is_pkcs8 = pem.contains("-----BEGIN PRIVATE KEY-----");
        let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
        let der = STANDARD.decode(base64).map_err(|_| wrong())?;
        let key = if is_pkcs8 { KeyPair::from_pkcs8(&der) } else { KeyPair::from_der(&der) };
        Ok(App { id, installation, key: key.map_err(|_| wrong())?, token: None })
    }

    /// The token of the installation, while it is good.
    pub fn current(&self, now: f64) -> Option<Secret> {
        self.token.as_ref().filter(|(_, at)| now - at < RENEWED_AFTER).map(|(token, _)| token.clone())
    }

    /// Forgets the token; false where there was none.
    pub fn expire(&mut self) -> bool {
        self.token.take().is_some()
    }

    pub fn token_path(&self) -> String {
        format!("/app/installations/{}/access_tokens", self.installation)
    }

    /// Takes the answer to a request for a token.
    pub fn accept(&mut self, body: &str, now: f64) -> Call<Secret> {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let token = body["token"]
            .as_str()
            .ok_or_else(|| Trouble::Unauthorized("an answer without a token".into()))?;
        let token = Secret::new(token);
        self.token = Some((token.clone(), now));
        Ok(token)
    }

    pub fn jwt(&self, now: f64) -> Call<Secret> {
        let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = encode(json!({ "alg": "RS256", "typ": "JWT" }));
        let claims =
            encode(json!({ "iat": (now - SKEW) as i64, "exp": (now + VALID) as i64, "iss": self.id }));
        let signed = format!("{header}.{claims}");
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .map_err(|_| Trouble::Unauthorized("the private key of the App cannot sign".into()))?;
        Ok(Secret::new(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }
}
