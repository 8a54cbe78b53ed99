//! Words with what is known of them, looked up where they lie.

use std::fmt;

use fst::Map;

use super::Word;

/// An `fst::Map` from folded words to packed [`Word`]s.
pub(super) struct Table<D>(Map<D>);

impl<D: AsRef<[u8]>> Table<D> {
    /// Opens `bytes`, which a builder of this program made: they are not checked.
    pub(super) fn open(bytes: D) -> Result<Self, fst::Error> {
        Map::new(bytes).map(Self)
    }

    pub(super) fn get(&self, word: &str) -> Option<Word> {
        self.0.get(word).map(Word::unpack)
    }

    /// Calls `known` with the length in bytes of every word that `text` begins with, shortest first; returns how
    /// many bytes of `text` any word begins with.
    pub(super) fn prefixes(&self, text: &str, mut known: impl FnMut(usize, Word)) -> usize {
        let fst = self.0.as_fst();
        let mut node = fst.root();
        let mut value = fst::raw::Output::zero();
        for (at, byte) in text.bytes().enumerate() {
            let Some(next) = node.find_input(byte) else { return at };
            let transition = node.transition(next);
            value = value.cat(transition.out);
            node = fst.node(transition.addr);
            if node.is_final() {
                known(at + 1, Word::unpack(value.cat(node.final_output()).value()));
            }
        }
        text.len()
    }
}

impl<D: AsRef<[u8]>> fmt::Debug for Table<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Table({} words)", self.0.len())
    }
}

impl Table<Vec<u8>> {
    /// Makes a table of words in the order of their bytes, each once.
    pub(super) fn of<'w>(words: impl IntoIterator<Item = (&'w str, Word)>) -> Self {
        let mut builder = fst::MapBuilder::memory();
        for (word, known) in words {
            builder.insert(word, known.pack()).expect("sorted, and memory takes whatever is written");
        }
        let bytes = builder.into_inner().expect("memory takes whatever is written");
        Self::open(bytes).expect("just made")
    }
}
