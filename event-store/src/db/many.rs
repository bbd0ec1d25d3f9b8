//! Many rows in few statements of `SQLite`. Every statement crosses to the thread of the connection and back, which takes
//! longer than most of them. Must not know tables.

use std::fmt::Write as _;

/// How many rows one statement takes. Few sizes are few texts, and these stay prepared.
pub(super) const SIZES: [usize; 3] = [64, 8, 1];

/// An `INSERT` that was written for one row.
pub(super) struct OneRow<'s> {
    head: &'s str,
    row: &'s str,
    tail: &'s str,
}

impl<'s> OneRow<'s> {
    /// The parts of the statement; nothing for one that is no `INSERT` of parameters alone.
    pub(super) fn of(sql: &'s str) -> Option<Self> {
        let (head, rest) = sql.split_once("VALUES (")?;
        let (row, tail) = rest.split_once(')')?;
        let plain = sql.starts_with("INSERT ") && !row.contains('(');
        plain.then_some(Self { head, row, tail })
    }

    /// The same for several rows of so many parameters each.
    pub(super) fn times(&self, rows: usize, width: usize) -> String {
        let mut sql = self.head.to_owned();
        for row in 0..rows {
            sql.push_str(if row == 0 { "VALUES (" } else { ", (" });
            self.renumber(&mut sql, row * width);
            sql.push(')');
        }
        sql.push_str(self.tail);
        sql
    }

    /// The row with the numbers of its parameters raised.
    fn renumber(&self, sql: &mut String, by: usize) {
        let mut parts = self.row.split('$');
        sql.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let end = part.find(|c: char| !c.is_ascii_digit());
            let (number, rest) = part.split_at(end.unwrap_or(part.len()));
            let number: usize = number.parse().unwrap_or_default();
            let _ = write!(sql, "${}{rest}", number + by);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_for_one_row_takes_several() {
        let one = "INSERT INTO t (a, b, c, d) VALUES ($1, $2, $2, 0) ON CONFLICT (a) DO UPDATE SET b = excluded.b";
        let one = OneRow::of(one).unwrap();
        assert_eq!(
            one.times(3, 2),
            "INSERT INTO t (a, b, c, d) VALUES ($1, $2, $2, 0), ($3, $4, $4, 0), ($5, $6, $6, 0) \
             ON CONFLICT (a) DO UPDATE SET b = excluded.b"
        );
    }

    #[test]
    fn other_statements_are_left_as_they_are() {
        for sql in [
            "UPDATE t SET a = $1",
            "DELETE FROM t WHERE a = $1",
            "INSERT INTO t SELECT $1",
            "INSERT INTO t (a) VALUES (coalesce($1, 0))",
            "WITH x AS (VALUES ($1)) UPDATE t SET a = 0",
        ] {
            assert!(OneRow::of(sql).is_none(), "{sql}");
        }
    }
}
