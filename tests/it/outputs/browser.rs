//! The page in a real browser: filters, keys, and light and dark.

use std::process::{Command, Stdio};

use super::project;
use crate::support::skip;

/// What a person would do, and what they would see then; each answer is a line.
const PERSON: &str = r#"<script>
const seen = [];
const visible = () => articles.filter((article) => article.offsetHeight > 0).length;
const press = (key) => (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
const box = (value) => form.querySelector(`input[value="${value}"]`);
seen.push(`form ${getComputedStyle(form).display}`);
seen.push(`all ${visible() === articles.length}`);
box("loop-to-yield-from").click();
seen.push(`without one ${articles.every((a) => (a.offsetHeight > 0) === (a.dataset.transform !== "loop-to-yield-from"))}`);
box("loop-to-yield-from").click();
box("safe").click();
seen.push(`unsafe ones ${visible() > 0 && articles.every((a) => (a.offsetHeight > 0) === (a.dataset.verdict !== "safe"))}`);
box("safe").click();
form.elements.text.value = "onerror";
form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
seen.push(`found ${visible()}, headings ${files.filter((file) => file.offsetHeight > 0).length}`);
form.elements.text.value = "";
form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
press("j"); press("j");
seen.push(`at ${document.activeElement.id}`);
press("k");
seen.push(`at ${document.activeElement.id}`);
press("o");
seen.push(`open ${document.activeElement.querySelector("details").open}`);
const back = () => getComputedStyle(document.body).backgroundColor;
const before = back();
press("t");
seen.push(`other colours ${back() !== before}`);
press("/");
seen.push(`typing in ${document.activeElement.name}`);
const sides = document.querySelector("table.diff tr").cells;
seen.push(`side by side ${sides[1].getBoundingClientRect().right <= sides[3].getBoundingClientRect().left}`);
document.body.innerHTML = "<pre id=seen>" + seen.join("\n") + "\nend</pre>";
</script>
"#;

#[test]
fn the_page_works_in_a_browser() {
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let Some(browser) = names.into_iter().find(|name| crate::support::has(name)) else {
        skip!("the_page_works_in_a_browser", "there is no Chromium");
    };
    let scratch = project();
    let page =
        scratch.run(["check", "--refusals", "--profile", "memory", "--format", "html"]).text().to_owned();
    let path = scratch.write("page.html", page.replace("</body>", &format!("{PERSON}</body>")));
    let mut command = Command::new(browser);
    command
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
        .arg(format!("--user-data-dir={}", scratch.join("profile").display()))
        .args(["--window-size=1200,900", "--dump-dom"])
        .arg(format!("file://{}", path.display()))
        .env("HOME", scratch.path())
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    let output = command.output().unwrap();
    let dom = String::from_utf8_lossy(&output.stdout);
    let seen = dom.split_once("<pre id=\"seen\">").and_then(|(_, rest)| rest.split_once("\nend</pre>"));
    let (seen, _) = seen.unwrap_or_else(|| panic!("the page did not come to its end:\n{dom}"));
    let expected = "form flex\nall true\nwithout one true\nunsafe ones true\nfound 1, headings 1\nat site-2\nat site-1\nopen true\n\
                    other colours true\ntyping in text\nside by side true";
    assert_eq!(seen, expected);
}
