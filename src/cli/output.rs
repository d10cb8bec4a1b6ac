//! Writes to standard output. Unlike `println!`, it returns an error when the pipe is closed.

use std::io::{self, Write};

/// Writes a line.
pub(super) fn line(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Writes rows as aligned columns.
pub(super) fn table(rows: &[Vec<String>]) -> io::Result<()> {
    line(&aligned(rows))
}

fn aligned(rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max()
    };
    let line = |row: &Vec<String>| {
        let cells: String = row
            .iter()
            .enumerate()
            .map(|(column, cell)| format!("{cell:<wide$}  ", wide = width(column).unwrap_or(0)))
            .collect();
        cells.trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_padded_to_the_widest_cell() {
        let rows = [["id", "email"], ["17", "n@x.ly"], ["3", ""]];
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.map(String::from).into()).collect();
        assert_eq!(aligned(&rows), "id  email\n17  n@x.ly\n3");
    }
}
