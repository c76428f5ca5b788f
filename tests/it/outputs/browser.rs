//! The page in a real browser, with real keys and clicks: filters, marks, light and dark, and everything without scripts.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::project;
use crate::support::{Scratch, has, skip};

/// How long a page may take on a machine that does other things, too. Nothing passes by waiting for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Chromium, driven by its DevTools protocol (<https://chromedevtools.github.io/devtools-protocol/>) over two pipes:
/// JSON, each message ended by a zero byte.
struct Browser {
    child: Child,
    commands: File,
    answers: BufReader<File>,
    count: u64,
    session: Option<String>,
}

impl Browser {
    fn start(program: &str, scratch: &Scratch) -> Self {
        let pipes = [scratch.join("commands"), scratch.join("answers")];
        let made = Command::new("mkfifo").args(&pipes).status().unwrap();
        assert!(made.success());
        // The shell gives it the pipes as what the protocol calls them, 3 and 4.
        let child = Command::new("sh")
            .args(["-c", "exec \"$@\" 3<\"$COMMANDS\" 4>\"$ANSWERS\"", "sh", program])
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
            ])
            .args(["--remote-debugging-pipe", "--window-size=1200,900"])
            .arg(format!("--user-data-dir={}", scratch.join("profile").display()))
            .env("COMMANDS", &pipes[0])
            .env("ANSWERS", &pipes[1])
            .env("HOME", scratch.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let commands = File::options().write(true).open(&pipes[0]).unwrap();
        let answers = BufReader::new(File::open(&pipes[1]).unwrap());
        let mut browser = Browser { child, commands, answers, count: 0, session: None };
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attached = json!({ "targetId": target["targetId"], "flatten": true });
        let session = browser.call("Target.attachToTarget", attached);
        browser.session = session["sessionId"].as_str().map(str::to_owned);
        browser
    }

    /// The result of a command.
    #[track_caller]
    fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.count += 1;
        let mut command = json!({ "id": self.count, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            command["sessionId"] = session.as_str().into();
        }
        self.commands.write_all(format!("{command}\0").as_bytes()).unwrap();
        loop {
            let mut message = Vec::new();
            self.answers.read_until(0, &mut message).unwrap();
            assert_eq!(message.pop(), Some(0), "the browser has ended");
            let answer: Value = serde_json::from_slice(&message).unwrap();
            if answer["id"] == self.count {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
        }
    }

    /// The value of an expression in the page.
    #[track_caller]
    fn value(&mut self, expression: &str) -> Value {
        let asked = json!({ "expression": expression, "returnByValue": true, "userGesture": true });
        let result = self.call("Runtime.evaluate", asked);
        assert!(result["exceptionDetails"].is_null(), "{expression}: {result}");
        result["result"]["value"].clone()
    }

    #[track_caller]
    fn sees(&mut self, expression: &str, expected: impl Into<Value>) {
        assert_eq!(self.value(expression), expected.into(), "{expression}");
    }

    fn open(&mut self, page: &Path) {
        let url = format!("file://{}", page.display());
        self.call("Page.navigate", json!({ "url": url }));
        let end = Instant::now() + PATIENCE;
        let is_there = "document.readyState === 'complete' && location.protocol === 'file:'";
        while self.value(is_there) != true {
            assert!(Instant::now() < end, "the page does not load");
        }
        // What the tests ask the page.
        self.value(
            "window.all = (what) => [...document.querySelectorAll(what)];
             window.shown = (what) => all(what).filter((element) => element.checkVisibility() && element.getBoundingClientRect().height > 0);
             window.style = (element) => getComputedStyle(element);
             window.rgb = (colour) => colour.match(/[\\d.]+/g).map(Number);
             window.luminance = (colour) => {
               const part = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
               const [r, g, b] = rgb(colour).map(part);
               return 0.2126 * r + 0.7152 * g + 0.0722 * b;
             };
             // The first colour behind an element that is not transparent.
             window.behind = (element) => {
               const colour = style(element).backgroundColor;
               return rgb(colour)[3] === 0 ? behind(element.parentElement) : colour;
             };
             // WCAG 2.2, contrast ratio.
             window.contrast = (element) => {
               const pair = [luminance(style(element).color), luminance(behind(element))].sort((a, b) => b - a);
               return (pair[0] + 0.05) / (pair[1] + 0.05);
             };",
        );
    }

    /// A key that writes its name, or one that has another name.
    fn press(&mut self, key: &str) {
        let text = match key {
            "Enter" => "\r",
            key if key.chars().count() == 1 => key,
            _ => "",
        };
        let number = match key {
            "Tab" => 9,
            "Enter" => 13,
            "Escape" => 27,
            _ => 0,
        };
        let down = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
        for kind in [down, "keyUp"] {
            let mut event = json!({ "type": kind, "key": key, "windowsVirtualKeyCode": number });
            if kind == "keyDown" {
                event["text"] = text.into();
            }
            self.call("Input.dispatchKeyEvent", event);
        }
    }

    /// In the middle of the first element.
    fn click(&mut self, what: &str) {
        let middle = format!(
            "(() => {{ const element = document.querySelector('{what}'); element.scrollIntoView({{ block: 'center' }});
             const box = element.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
        );
        let middle = self.value(&middle);
        for kind in ["mousePressed", "mouseReleased"] {
            let event =
                json!({ "type": kind, "x": middle[0], "y": middle[1], "button": "left", "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", event);
        }
    }

    fn prefers(&mut self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// What can be seen however the page is looked at.
    #[track_caller]
    fn sees_everything(&mut self, sites: usize) {
        self.sees("shown('article').length", sites);
        self.sees("shown('h2.file').length === all('h2.file').length", true);
        // Diffs: the old side left of the new one, every line of them with some height.
        self.sees("all('table.diff tr').length > 10", true);
        self.sees("shown('table.diff tr').length === all('table.diff tr').length", true);
        let sides = "all('table.diff tr').every((row) => row.cells[1].getBoundingClientRect().right <= row.cells[3].getBoundingClientRect().left)";
        self.sees(sides, true);
        // Reasons: those that decided, and all of them behind a fold.
        self.sees(
            "shown('article > ul.obligations > li').length === all('article > ul.obligations > li').length",
            true,
        );
        self.sees("all('article > ul.obligations > li').length > 0", true);
        self.sees("shown('details summary').length", sites);
        self.sees("shown('table.numbers tbody tr').length > 0", true);
        // What changed inside of a line stands out from the line.
        self.sees("all('td.del del').length > 0 && all('td.ins ins').length > 0", true);
        let marked = "all('td del, td ins').every((mark) => style(mark).backgroundColor !== style(mark.closest('td')).backgroundColor)";
        self.sees(marked, true);
        let lines = "all('td.del, td.ins').every((line) => style(line).backgroundColor !== style(document.body).backgroundColor)";
        self.sees(lines, true);
        // All of it can be read (WCAG 2.2, 1.4.3: 4.5).
        self.sees(
            "shown('td, del, ins, li, li b, li span, h3 code, .badge, .what, th, summary').filter((e) => contrast(e) < 4.5).map((e) => `${e.tagName}.${e.className} ${contrast(e)}`)",
            json!([]),
        );
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It ends with its pipes, too; this is quicker.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A browser that shows the report of the example project, and the number of sites in it; none where there is no browser.
fn shown() -> Option<(Browser, Scratch, usize)> {
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let program = names.into_iter().find(|name| has(name))?;
    let scratch = project();
    let args = ["check", "--refusals", "--profile", "memory", "--format"];
    let json: Value = serde_json::from_slice(&scratch.run([&args[..], &["json"]].concat()).stdout).unwrap();
    let sites = json["sites"].as_array().unwrap().len();
    let page = scratch.run([&args[..], &["html"]].concat());
    scratch.write("page.html", page.text());
    let browser = Browser::start(program, &scratch);
    Some((browser, scratch, sites))
}

#[test]
fn filters_and_keys() {
    let Some((mut page, scratch, sites)) = shown() else {
        skip!("filters_and_keys", "there is no Chromium");
    };
    page.open(&scratch.join("page.html"));
    page.sees_everything(sites);
    page.sees("style(document.querySelector('form')).display", "flex");
    page.sees("document.querySelector('output').textContent", format!("{sites} of {sites} shown"));

    // Filters, by the mouse.
    page.click("input[value=\"loop-to-yield-from\"]");
    page.sees("shown('article').every((a) => a.dataset.transform !== 'loop-to-yield-from')", true);
    page.sees(
        "shown('article').length === all('article:not([data-transform=loop-to-yield-from])').length",
        true,
    );
    page.click("input[value=\"loop-to-yield-from\"]");
    page.click("input[value=\"safe\"]");
    page.sees(
        "shown('article').length > 0 && shown('article').every((a) => a.dataset.verdict !== 'safe')",
        true,
    );
    page.sees("shown('article').length === all('article:not([data-verdict=safe])').length", true);
    page.click("input[value=\"safe\"]");
    page.sees("shown('article').length", sites);

    // And by keys: into the field, a word, out again.
    page.press("/");
    page.sees("document.activeElement.name", "text");
    for key in "onerror".chars() {
        page.press(&key.to_string());
    }
    page.sees("[shown('article').length, shown('h2.file').length]", json!([1, 1]));
    page.sees("document.querySelector('output').textContent", format!("1 of {sites} shown"));
    page.press("Escape");
    page.sees("document.activeElement === document.body", true);
    page.sees(
        "[document.querySelector('input[type=search]').value, shown('article').length]",
        json!(["onerror", 1]),
    );
    page.press("/");
    page.press("Enter");
    page.sees("shown('article')[0] === document.activeElement", true);
    page.value("form.elements.text.value = ''; form.elements.text.dispatchEvent(new Event('input', { bubbles: true })); document.activeElement.blur()");

    // From site to site.
    for (key, at) in [("j", "site-1"), ("j", "site-2"), ("j", "site-3"), ("k", "site-2")] {
        page.press(key);
        page.sees("document.activeElement.id", at);
        let is_seen = "(() => { const box = document.activeElement.getBoundingClientRect(); return box.top >= 0 && box.top < innerHeight; })()";
        page.sees(is_seen, true);
    }
    page.sees("document.querySelector('#site-2 details').open", false);
    page.press("o");
    page.sees("document.querySelector('#site-2 details').open", true);
    page.sees("shown('#site-2 details li').length === all('#site-2 details li').length", true);
    page.press("o");
    page.sees("document.querySelector('#site-2 details').open", false);

    // Everything that can be worked with is reached by Tab, and worked by Enter.
    page.value("document.activeElement.blur(); window.reached = new Set()");
    for _ in 0..60 {
        page.press("Tab");
        page.value("reached.add(document.activeElement.tagName + (document.activeElement.type ?? ''))");
    }
    for what in ["INPUTsearch", "INPUTcheckbox", "BUTTONbutton", "A", "SUMMARY"] {
        page.sees(&format!("reached.has('{what}')"), true);
    }
    page.value("document.querySelector('#site-1 summary').focus()");
    page.press("Enter");
    page.sees("document.querySelector('#site-1 details').open", true);
}

#[test]
fn light_and_dark() {
    let Some((mut page, scratch, sites)) = shown() else {
        skip!("light_and_dark", "there is no Chromium");
    };
    let is_dark = "luminance(style(document.body).backgroundColor) < 0.1 && luminance(style(document.body).color) > 0.5";
    let is_light = "luminance(style(document.body).backgroundColor) > 0.9 && luminance(style(document.body).color) < 0.1";
    for (scheme, first, second) in [("light", is_light, is_dark), ("dark", is_dark, is_light)] {
        page.prefers(scheme);
        page.open(&scratch.join("page.html"));
        page.sees(first, true);
        page.sees_everything(sites);
        page.press("t");
        page.sees(second, true);
        page.sees_everything(sites);
        page.click("button[name=theme]");
        page.sees(first, true);
    }
}

#[test]
fn without_scripts_it_can_be_read() {
    let Some((mut page, scratch, sites)) = shown() else {
        skip!("without_scripts_it_can_be_read", "there is no Chromium");
    };
    page.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    for scheme in ["light", "dark"] {
        page.prefers(scheme);
        page.open(&scratch.join("page.html"));
        page.sees("typeof filter", "undefined");
        page.sees_everything(sites);
        // What would not work is not there.
        page.sees("style(document.querySelector('form')).display", "none");
        page.press("j");
        page.sees("document.activeElement === document.body", true);
        // Folds need no script.
        page.sees("document.querySelector('#site-1 details').open", false);
        page.click("#site-1 summary");
        page.sees("document.querySelector('#site-1 details').open", true);
        page.sees("shown('#site-1 details li').length === all('#site-1 details li').length", true);
        // Nor do links to a site.
        page.click("#site-2 h3 a");
        page.sees("location.hash", "#site-2");
    }
}
