//! Smart HTTP: `git http-backend` as a CGI program.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

pub struct Cgi {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

pub struct Call<'a> {
    pub root: &'a Path,
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    pub content_type: &'a str,
    pub encoding: &'a str,
    pub protocol: &'a str,
    pub body: &'a [u8],
}

pub fn run(call: &Call) -> Option<Cgi> {
    let mut child = Command::new("git")
        .arg("http-backend")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_COUNT", "2")
        .env("GIT_CONFIG_KEY_0", "http.receivepack")
        .env("GIT_CONFIG_VALUE_0", "true")
        .env("GIT_CONFIG_KEY_1", "uploadpack.allowFilter")
        .env("GIT_CONFIG_VALUE_1", "true")
        .env("GIT_PROJECT_ROOT", call.root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REQUEST_METHOD", call.method)
        .env("PATH_INFO", call.path)
        .env("QUERY_STRING", call.query)
        .env("CONTENT_TYPE", call.content_type)
        .env("HTTP_CONTENT_ENCODING", call.encoding)
        .env("CONTENT_LENGTH", call.body.len().to_string())
        .env("GIT_PROTOCOL", call.protocol)
        .env("REMOTE_USER", "somebody")
        .env("REMOTE_ADDR", "127.0.0.1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut stdin = child.stdin.take()?;
    let body = call.body.to_vec();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&body)));
    let output = child.wait_with_output().ok()?;
    let _ = writer.join();
    let end = output.stdout.windows(4).position(|window| window == b"\r\n\r\n")?;
    let mut answer = Cgi { status: 200, headers: Vec::new(), body: output.stdout[end + 4..].to_vec() };
    for line in String::from_utf8_lossy(&output.stdout[..end]).lines() {
        let Some((name, value)) = line.split_once(": ") else { continue };
        if name.eq_ignore_ascii_case("status") {
            answer.status = value.split(' ').next()?.parse().ok()?;
        } else {
            answer.headers.push((name.to_owned(), value.to_owned()));
        }
    }
    Some(answer)
}
