//! Aligned columns for people; programs read `--json`.

use std::io::{self, Write};

/// Rows of text under a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table<const N: usize> {
    header: [&'static str; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// An empty table.
    pub fn new(header: [&'static str; N]) -> Self {
        Self { header, rows: Vec::new() }
    }

    /// Adds a row; an empty cell is shown as `-`.
    pub fn push(&mut self, row: [String; N]) {
        self.rows.push(row.map(|cell| match cell.as_str() {
            "" => "-".into(),
            _ => cell.replace(|c: char| c.is_control(), "\u{fffd}"),
        }));
    }

    /// Writes the table; nothing at all if it has no rows.
    pub fn write(&self, out: &mut impl Write, coloured: bool) -> io::Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let header = self.header.map(str::to_string);
        let mut widths = [0; N];
        for row in std::iter::once(&header).chain(&self.rows) {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let (bold, plain) = if coloured { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
        writeln!(out, "{bold}{}{plain}", line(&header, &widths))?;
        for row in &self.rows {
            writeln!(out, "{}", line(row, &widths))?;
        }
        Ok(())
    }
}

fn line<const N: usize>(cells: &[String; N], widths: &[usize; N]) -> String {
    let padded: Vec<String> = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!("{cell:width$}"))
        .collect();
    padded.join("  ").trim_end().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new(["A", "LONGER"]);
        table.push(["wide".into(), String::new()]);
        table.push(["x".into(), "y".into()]);
        let mut out = Vec::new();
        table.write(&mut out, false).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "A     LONGER\nwide  -\nx     y\n");
    }
}
