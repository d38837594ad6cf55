//! An ordered map from label sets to values, for the tens of thousands of series of a family: compact, and read in the order of memory.
//!
//! ```text
//! block   rows  (shared 0, own 13, value) (shared 12, own 1, value) (shared 5, own 8, value) ..
//!         text   key="a1",x="1"            2                         b7",x="1"
//! ```
//!
//! Neighbours mostly begin alike, so a row stores only where its label set differs from the one before it in its block. A block is searched from its
//! beginning. It has at most [`ROWS`] rows, and its two vectors grow in small steps, because doubling would leave a third of the memory unused.

use std::cmp::Ordering;

/// The maximum number of rows of a block.
const ROWS: usize = 64;

/// By how many rows and bytes a block grows.
const ROW_STEP: usize = 8;
const TEXT_STEP: usize = 64;

/// Values by their label sets in canonical form, in the order of these strings.
#[derive(Debug)]
pub(super) struct Rows<T> {
    /// None of them is empty.
    blocks: Vec<Block<T>>,
}

#[derive(Debug)]
struct Block<T> {
    rows: Vec<Row<T>>,
    /// What each row does not share with the one before it.
    text: String,
}

#[derive(Debug)]
struct Row<T> {
    /// The number of bytes at the beginning that are those of the row before it; 0 for the first row.
    shared: u32,
    /// The number of bytes after them, which are in the block's text.
    own: u32,
    value: T,
}

/// A place among the rows.
struct RowPosition {
    block: usize,
    row: usize,
    /// Where the row's text begins.
    offset: usize,
    /// The labels of the row before it in its block, if any.
    before: String,
    /// Whether the labels that were searched are there, and not only belong there.
    is_there: bool,
}

/// Rows that were copied, with their labels.
#[derive(Debug)]
pub(super) struct Chunk<T> {
    labels: String,
    /// Where each row's labels end, and its value.
    rows: Vec<(usize, T)>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { blocks: Vec::new() }
    }
}

impl<T> Rows<T> {
    pub(super) fn contains(&self, labels: &str) -> bool {
        self.find(labels).is_there
    }

    pub(super) fn get_mut(&mut self, labels: &str) -> Option<&mut T> {
        let place = self.find(labels);
        place.is_there.then(|| &mut self.blocks[place.block].rows[place.row].value)
    }

    /// The value of a label set, made by `make` if there is none.
    pub(super) fn get_or_insert_with(&mut self, labels: &str, make: impl FnOnce() -> T) -> &mut T {
        let place = self.find(labels);
        let (block, row) = if place.is_there { (place.block, place.row) } else { self.insert(place, labels, make()) };
        &mut self.blocks[block].rows[row].value
    }

    pub(super) fn remove(&mut self, labels: &str) {
        let place = self.find(labels);
        if !place.is_there {
            return;
        }
        let block = &mut self.blocks[place.block];
        let next = block.labels_after(&place, labels);
        let removed = block.rows.remove(place.row);
        block.text.replace_range(place.offset..place.offset + removed.own as usize, "");
        if let Some(next) = next {
            block.set(place.row, place.offset, &place.before, &next);
        }
        if block.rows.is_empty() {
            self.blocks.remove(place.block);
        }
    }

    /// The lengths of all label sets.
    pub(super) fn lengths(&self) -> impl Iterator<Item = usize> {
        self.blocks.iter().flat_map(|block| &block.rows).map(|row| row.shared as usize + row.own as usize)
    }

    /// Copies the rows of a block after these labels, or of the first block; `None` if there are no more.
    pub(super) fn chunk(&self, after: Option<&str>) -> Option<Chunk<T>>
    where
        T: Clone,
    {
        let mut at = 0;
        if let Some(after) = after {
            at = self.find(after).block;
            if let Some(chunk) = self.blocks.get(at).and_then(|block| block.chunk(Some(after))) {
                return Some(chunk);
            }
            at += 1;
        }
        self.blocks.get(at)?.chunk(None)
    }

    /// Where labels are, or belong.
    fn find(&self, labels: &str) -> RowPosition {
        let block = self.blocks.partition_point(|block| block.first() <= labels).saturating_sub(1);
        let mut place = RowPosition { block, row: 0, offset: 0, before: String::new(), is_there: false };
        let Some(block) = self.blocks.get(block) else { return place };
        let mut current = String::new();
        for row in &block.rows {
            let own = &block.text[place.offset..place.offset + row.own as usize];
            current.truncate(row.shared as usize);
            current.push_str(own);
            match current.as_str().cmp(labels) {
                Ordering::Less => {}
                order => {
                    place.is_there = order == Ordering::Equal;
                    break;
                }
            }
            place.before.clone_from(&current);
            place.row += 1;
            place.offset += own.len();
        }
        place
    }

    /// Inserts labels where they belong; returns the numbers of the block and the row.
    fn insert(&mut self, mut place: RowPosition, labels: &str, value: T) -> (usize, usize) {
        match self.blocks.get(place.block) {
            None => self.blocks.push(Block { rows: Vec::new(), text: String::new() }),
            Some(block) if block.rows.len() < ROWS => {}
            // At the end of the last block, where most are inserted, a new block begins; others are divided.
            Some(_) if place.block + 1 == self.blocks.len() && place.row == ROWS => {
                self.blocks.push(Block { rows: Vec::new(), text: String::new() });
                place =
                    RowPosition { block: place.block + 1, row: 0, offset: 0, before: String::new(), is_there: false };
            }
            Some(_) => {
                let second = self.blocks[place.block].split_off(ROWS / 2);
                self.blocks.insert(place.block + 1, second);
                place = self.find(labels);
            }
        }
        let (at, row) = (place.block, place.row);
        self.blocks[at].insert(&place, labels, value);
        (at, row)
    }
}

impl<T> Block<T> {
    /// The labels of the first row, which shares nothing.
    fn first(&self) -> &str {
        &self.text[..self.rows.first().map_or(0, |row| row.own as usize)]
    }

    /// The labels of the row after the one at this place, which has these labels.
    fn labels_after(&self, place: &RowPosition, labels: &str) -> Option<String> {
        let [this, next] = self.rows.get(place.row..place.row + 2)? else { return None };
        let begin = place.offset + this.own as usize;
        Some(labels[..next.shared as usize].to_owned() + &self.text[begin..begin + next.own as usize])
    }

    fn insert(&mut self, place: &RowPosition, labels: &str, value: T) {
        // What the new row is inserted before shares more with it than with the one before, or the same.
        let next = self.rows.get(place.row).map(|next| {
            let own = &self.text[place.offset..place.offset + next.own as usize];
            place.before[..next.shared as usize].to_owned() + own
        });
        if self.rows.len() == self.rows.capacity() {
            self.rows.reserve_exact(ROW_STEP);
        }
        self.rows.insert(place.row, Row { shared: 0, own: 0, value });
        self.set(place.row, place.offset, &place.before, labels);
        if let Some(next) = next {
            let offset = place.offset + self.rows[place.row].own as usize;
            self.set(place.row + 1, offset, labels, &next);
        }
    }

    /// Stores the labels of a row, whose text begins at this offset, after a row with the labels `before`.
    #[allow(clippy::cast_possible_truncation, reason = "label sets are far smaller than 4 GiB")]
    fn set(&mut self, row: usize, offset: usize, before: &str, labels: &str) {
        let shared = if row == 0 { 0 } else { shared(before, labels) };
        let own = &labels[shared..];
        let row = &mut self.rows[row];
        let range = offset..offset + row.own as usize;
        let room = self.text.capacity() - self.text.len() + range.len();
        if room < own.len() {
            self.text.reserve_exact(own.len().max(TEXT_STEP));
        }
        self.text.replace_range(range, own);
        (row.shared, row.own) = (shared as u32, own.len() as u32);
    }

    /// Takes the rows from this one on out.
    fn split_off(&mut self, at: usize) -> Self {
        let mut labels = String::new();
        let mut offset = 0;
        for row in &self.rows[..at] {
            labels.truncate(row.shared as usize);
            labels.push_str(&self.text[offset..offset + row.own as usize]);
            offset += row.own as usize;
        }
        let mut second = Self { rows: self.rows.split_off(at), text: self.text.split_off(offset) };
        if let Some(shared) = second.rows.first().map(|first| first.shared as usize) {
            labels.truncate(shared);
            labels.push_str(second.first());
            second.set(0, 0, "", &labels);
        }
        self.rows.shrink_to_fit();
        self.text.shrink_to_fit();
        second
    }

    /// Copies the rows after these labels; `None` if there are none.
    fn chunk(&self, after: Option<&str>) -> Option<Chunk<T>>
    where
        T: Clone,
    {
        let mut chunk = Chunk { labels: String::new(), rows: Vec::with_capacity(self.rows.len()) };
        let (mut offset, mut current) = (0, String::new());
        for row in &self.rows {
            current.truncate(row.shared as usize);
            current.push_str(&self.text[offset..offset + row.own as usize]);
            offset += row.own as usize;
            if after.is_none_or(|after| *current > *after) {
                chunk.labels.push_str(&current);
                chunk.rows.push((chunk.labels.len(), row.value.clone()));
            }
        }
        (!chunk.rows.is_empty()).then_some(chunk)
    }
}

impl<T> Chunk<T> {
    /// The labels and values in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        let mut begin = 0;
        self.rows.iter().map(move |(end, value)| (&self.labels[std::mem::replace(&mut begin, *end)..*end], value))
    }

    /// The labels of the last row.
    pub(super) fn last(&self) -> &str {
        self.iter().last().map_or("", |(labels, _)| labels)
    }
}

/// The number of bytes at the beginning that two strings share, at the end of a character.
fn shared(one: &str, other: &str) -> usize {
    let same = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    (0..=same).rev().find(|at| one.is_char_boundary(*at) && other.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn all<T: Clone>(rows: &Rows<T>) -> Vec<(String, T)> {
        let mut all = Vec::new();
        let mut chunk = rows.chunk(None);
        while let Some(found) = chunk {
            all.extend(found.iter().map(|(labels, value)| (labels.to_owned(), value.clone())));
            chunk = rows.chunk(Some(found.last()));
        }
        all
    }

    #[test]
    fn rows_equal_an_ordered_map() {
        let mut random = 1u64;
        let mut next = move |below: u64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random % below
        };
        let (mut rows, mut map) = (Rows::default(), BTreeMap::new());
        for turn in 0..20_000 {
            let key = next(700);
            // Some share all but their last character, some nothing, and characters have one to four bytes.
            let labels = match next(4) {
                0 => format!("key=\"{key}\""),
                1 => format!("key=\"{}\"", "é😱ü".repeat(usize::try_from(key % 5).unwrap())),
                2 => format!("a=\"{}\",b=\"{}\"", key / 20, key % 20),
                _ => "x".repeat(usize::try_from(key % 90).unwrap()),
            };
            // Grows and shrinks.
            if next(100) < if turn / 2_000 % 2 == 0 { 80 } else { 20 } {
                let value = *rows.get_or_insert_with(&labels, || turn);
                assert_eq!(value, *map.entry(labels).or_insert(turn));
            } else {
                assert_eq!(rows.contains(&labels), map.contains_key(&labels), "{labels}");
                rows.remove(&labels);
                map.remove(&labels);
                assert_eq!(rows.get_mut(&labels), None);
            }
            if turn % 500 == 0 {
                assert_eq!(all(&rows), map.clone().into_iter().collect::<Vec<_>>(), "after {turn}");
                assert_eq!(rows.lengths().sum::<usize>(), map.keys().map(String::len).sum::<usize>());
            }
        }
        for (labels, value) in &map {
            assert_eq!(rows.get_mut(labels), Some(&mut value.clone()));
        }
        assert_eq!(all(&rows), map.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn a_chunk_begins_after_labels_that_are_gone() {
        let mut rows = Rows::default();
        for number in 0..200 {
            rows.get_or_insert_with(&format!("n=\"{number:03}\""), || number);
        }
        let chunk = rows.chunk(None).unwrap();
        let last = chunk.last().to_owned();
        rows.remove(&last);
        let next = rows.chunk(Some(&last)).unwrap();
        assert_eq!(next.iter().next().map(|(_, number)| *number), Some(chunk.rows.len()));
    }
}
