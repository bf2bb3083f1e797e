//! Lines, blank lines and comments around a position of a text.

use std::ops::Range;

/// Where the text starts behind a byte order mark.
pub(super) fn text_start(text: &str) -> usize {
    text.len() - text.trim_start_matches('\u{feff}').len()
}

/// The start of the line that holds `at`.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or_else(|| text_start(text), |newline| newline + 1)
}

/// The end of the line that holds `at`, without its newline.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    if text[at..end].ends_with('\r') { end - 1 } else { end }
}

/// The start of the line after the one that holds `at`.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}

/// The blanks at the start of the line that holds `at`.
pub(super) fn indent(text: &str, at: usize) -> &str {
    let line = &text[line_start(text, at)..at];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// The newline that the text uses, judged by its first.
pub(super) fn newline(text: &str) -> &'static str {
    match text.split_once('\n') {
        Some((line, _)) if line.ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Also true for an empty text.
pub(super) fn starts_with_blank_line(text: &str) -> bool {
    text.split('\n').next().is_some_and(|line| line.trim().is_empty())
}

/// `text` without the blank lines at its end.
pub(super) fn without_blank_end(text: &str) -> &str {
    let mut kept = text;
    while let Some(line) = kept.split_inclusive('\n').next_back()
        && line.trim().is_empty()
    {
        kept = &kept[..kept.len() - line.len()];
    }
    kept
}

/// Where the comments begin that stand directly above the end of `gap`, which
/// holds only comments and blank lines.
pub(super) fn attached(text: &str, gap: &Range<usize>) -> usize {
    let mut start = gap.end;
    for line in text[gap.clone()].split_inclusive('\n').rev() {
        if line.trim().is_empty() {
            break;
        }
        start -= line.len();
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_before_either_newline() {
        let text = "\u{feff}ab\r\n  cd\nef";
        assert_eq!((line_start(text, 4), line_end(text, 4)), (3, 5));
        assert_eq!(next_line(text, 4), 7);
        assert_eq!((indent(text, 9), newline(text)), ("  ", "\r\n"));
        assert_eq!((line_end(text, 12), next_line(text, 12)), (text.len(), text.len()));
    }

    #[test]
    fn a_blank_line_detaches_a_comment() {
        let gap = "# one\n\n# two\n# three\n";
        assert_eq!(&gap[attached(gap, &(0..gap.len()))..], "# two\n# three\n");
        assert_eq!(without_blank_end("# one\n\n \n"), "# one\n");
    }
}
