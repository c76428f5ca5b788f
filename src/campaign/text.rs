//! Text that others will read or that becomes a name.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Lower-case letters, digits and single hyphens, at most `longest` characters; a name that is cut keeps a part of its hash.
pub fn slug(text: &str, longest: usize) -> String {
    let mut slug = String::new();
    for char in text.chars() {
        if char.is_ascii_alphanumeric() {
            slug.push(char.to_ascii_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.len() <= longest && !slug.is_empty() {
        return slug.to_owned();
    }
    let hash = &sha256(text.as_bytes())[..8];
    let kept = &slug[..slug.len().min(longest.saturating_sub(9))];
    format!("{kept}-{hash}").trim_start_matches('-').to_owned()
}

/// Text from a repository that goes into a pull request: it mentions nobody, refers to no issue, closes none, and cannot
/// leave its table cell or become markup.
pub fn neutral(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '@' | '#' => {
                out.push(char);
                // A zero-width joiner: forges look for a name or a number right behind.
                out.push('\u{2060}');
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' => out.push_str("\\|"),
            '\n' | '\r' | '\t' => out.push(' '),
            char if char.is_control() => {}
            char => out.push(char),
        }
    }
    // `GH-12` and `owner/repo!3` refer, too.
    out.replace("GH-", "GH\u{2060}-").replace("://", ":\u{2060}//")
}

/// Text in an HTML page.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            char => out.push(char),
        }
    }
    out
}

/// Text on a terminal: what a repository wrote cannot move the cursor.
pub fn plain(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

/// `1 file`, `2 files`; `1 repository`, `2 repositories`.
pub fn plural(count: usize, what: &str) -> String {
    match (count, what.strip_suffix('y')) {
        (1, _) => format!("1 {what}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {what}s"),
    }
}

/// The last lines of what a program printed, for a message.
pub fn tail(bytes: &[u8], lines: usize) -> String {
    let text = String::from_utf8_lossy(bytes);
    let kept: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    plain(&kept[kept.len().saturating_sub(lines)..].join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_short_and_stay_apart() {
        assert_eq!(slug("src/My_Module.py", 40), "src-my-module-py");
        assert_eq!(slug("--a//b--", 40), "a-b");
        let (one, other) = (slug(&"x/".repeat(50), 20), slug(&"x/".repeat(51), 20));
        assert!(one.len() <= 20 && other.len() <= 20 && one != other, "{one} {other}");
        assert!(!slug("ключ", 20).is_empty());
    }

    #[test]
    fn generated_text_pings_nobody() {
        let text = neutral("@guido fixes #12, GH-7 | <script> https://x\nnext");
        for bad in ["@g", "#1", "GH-7", " | ", "<", "://", "\n"] {
            assert!(!text.contains(bad), "`{bad}` in {text}");
        }
    }
}
