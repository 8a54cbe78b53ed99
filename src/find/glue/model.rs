//! Boosted trees that judge a place: numbers in, the chance that words ran together there out.
//!
//! The trees are data (`data/words/*.trees`), made by `tools/train_words.py`. A file holds a line of JSON with the
//! names of the features and the thresholds, then the nodes.

use std::sync::LazyLock;

use serde::Deserialize;

/// What a file says before its nodes.
#[derive(Deserialize)]
struct Head {
    features: Vec<String>,
    trees: Vec<usize>,
    thresholds: Thresholds,
}

/// Sums of trees, above which a place counts.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Thresholds {
    /// Safe in any text.
    pub(super) alone: f32,
    /// Shows, together with others, that the text has lost spaces.
    pub(super) shows: f32,
    /// Safe in a text that has.
    pub(super) shown: f32,
    /// Worth proposing.
    pub(super) likely: f32,
}

/// A place in a tree, in one number, so that one look at memory tells all of it: from the lowest bit on
/// - what the feature is held against, as [`key`] has it; every feature is above that of a leaf,
/// - the feature that is asked,
/// - how far behind the next node it goes on if the feature is above that (16 bits with a sign); if not, the next node
///   is the one. A leaf leads to itself.
#[derive(Clone, Copy)]
struct Node(u64);

impl Node {
    const LEAF: Node = Node::new(i32::MIN, 0, -1);

    const fn new(key: i32, feature: u8, skip: i16) -> Self {
        Self(key.cast_unsigned() as u64 | (feature as u64) << 32 | (skip.cast_unsigned() as u64) << 48)
    }

    /// Returns where to go from this node, which is at `at`.
    #[inline]
    fn next(self, at: usize, row: &[i32; FEATURES]) -> usize {
        let (key, feature) = (self.0 as i32, (self.0 >> 32) as u8);
        let skip = self.0.cast_signed() >> 48;
        let skip = if row[usize::from(feature)] > key { skip } else { 0 };
        (at + 1).wrapping_add(skip as usize)
    }
}

/// Returns a whole number for each value, in the same order; above all others one for what is no number.
fn key(value: f32) -> i32 {
    let bits = (value + 0.0).to_bits().cast_signed(); // There are two zeros.
    if value.is_nan() { i32::MAX } else { bits ^ ((bits >> 31).cast_unsigned() >> 1).cast_signed() }
}

/// Stands for a feature in the file where a leaf is.
const LEAF: u16 = u16::MAX;
/// There are at most so many features.
const FEATURES: usize = 1 << u8::BITS;
/// So many trees are added up before it is asked whether the rest could still matter.
const STRIDE: usize = 16;
/// So many trees are gone down at once: the steps of one do not wait for those of another.
const LANES: usize = 8;
/// So many steps are taken before it is asked whether all have come to a leaf.
const STEPS: usize = 6;

/// A sum of trees.
pub(super) struct Trees {
    pub(super) thresholds: Thresholds,
    #[cfg_attr(not(any(test, feature = "training")), expect(dead_code, reason = "tests hold them against the code"))]
    pub(super) features: Vec<String>,
    nodes: Vec<Node>,
    /// The values of the leaves, where their nodes are.
    leaves: Vec<f32>,
    /// The first node of each tree.
    roots: Vec<u32>,
    /// For each stride the most that the trees from there on can add.
    rest: Vec<f32>,
}

/// The model for places where the characters change.
pub(super) static CHANGE: LazyLock<Trees> =
    LazyLock::new(|| Trees::read(include_bytes!("../../../data/words/change.trees")));
/// The model for places inside a run of small letters.
pub(super) static SEAM: LazyLock<Trees> =
    LazyLock::new(|| Trees::read(include_bytes!("../../../data/words/seam.trees")));

impl Trees {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.iter().position(|&b| b == b'\n').expect("a line of JSON first");
        let head: Head = serde_json::from_slice(&bytes[..end]).expect("JSON that the training wrote");
        let read: Vec<(u16, u16, f32)> = bytes[end + 1..]
            .chunks_exact(8)
            .map(|node| {
                let feature = u16::from_le_bytes([node[0], node[1]]);
                let above = u16::from_le_bytes([node[2], node[3]]);
                (feature, above, f32::from_le_bytes([node[4], node[5], node[6], node[7]]))
            })
            .collect();
        let mut nodes = Vec::with_capacity(read.len());
        let mut roots = Vec::with_capacity(head.trees.len());
        let mut most = Vec::with_capacity(head.trees.len());
        for count in head.trees {
            let tree = &read[nodes.len()..nodes.len() + count];
            let leaves = tree.iter().filter(|(feature, ..)| *feature == LEAF);
            most.push(leaves.map(|(.., value)| *value).fold(f32::NEG_INFINITY, f32::max));
            roots.push(u32::try_from(nodes.len()).expect("few nodes"));
            nodes.extend(tree.iter().enumerate().map(|(at, &(feature, above, value))| match feature {
                LEAF => Node::LEAF,
                _ => Node::new(
                    key(value),
                    u8::try_from(feature).expect("few features"),
                    i16::try_from(usize::from(above) - at - 1).expect("a small tree"),
                ),
            }));
        }
        let leaves = read.iter().map(|(.., value)| *value).collect();
        let mut rest: Vec<f32> = Vec::new();
        let mut sum = 0.0;
        for stride in most.chunks(STRIDE).rev() {
            sum += stride.iter().sum::<f32>();
            rest.push(sum);
        }
        rest.reverse();
        Self { thresholds: head.thresholds, features: head.features, nodes, leaves, roots, rest }
    }

    /// Returns the sum of all trees for `features`; None as soon as it cannot be above `least` any more.
    pub(super) fn sum(&self, features: &[f32], least: f32) -> Option<f32> {
        let mut row = [0; FEATURES];
        row.iter_mut().zip(features).for_each(|(key_of, &value)| *key_of = key(value));
        let mut sum = 0.0;
        for (stride, roots) in self.roots.chunks(STRIDE).enumerate() {
            if sum + self.rest[stride] <= least {
                return None;
            }
            for roots in roots.chunks(LANES) {
                let leaves = self.leaves(&row, roots);
                sum = leaves[..roots.len()].iter().fold(sum, |sum, &leaf| sum + self.leaves[leaf]);
            }
        }
        (sum > least).then_some(sum)
    }

    /// Returns the leaves to which `row` leads in the trees of `roots`, at most [`LANES`].
    #[inline]
    fn leaves(&self, row: &[i32; FEATURES], roots: &[u32]) -> [usize; LANES] {
        let mut at: [usize; LANES] = std::array::from_fn(|lane| roots.get(lane).map_or(0, |&root| root as usize));
        let step = |at: &mut [usize; LANES]| at.iter_mut().for_each(|at| *at = self.nodes[*at].next(*at, row));
        (0..STEPS).for_each(|_| step(&mut at));
        loop {
            step(&mut at);
            let before = at;
            step(&mut at);
            // (To compare the arrays would be a call.)
            if at.iter().zip(before).all(|(at, before)| *at == before) {
                return at;
            }
        }
    }
}

/// Returns the chance that a sum of trees stands for.
pub(super) fn chance(sum: f32) -> f32 {
    1.0 / (1.0 + (-sum).exp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Goes down one tree after the other, as the file has them.
    fn plain_sum(bytes: &[u8], trees: &Trees, features: &[f32]) -> f32 {
        let start = bytes.iter().position(|&b| b == b'\n').expect("a line of JSON first") + 1;
        let number = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let mut sum = 0.0;
        for &root in &trees.roots {
            let root = start + 8 * root as usize;
            let mut at = root;
            sum += loop {
                let value = f32::from_le_bytes(bytes[at + 4..at + 8].try_into().expect("four bytes"));
                match number(at) {
                    LEAF => break value,
                    feature if features[usize::from(feature)] <= value => at += 8,
                    _ => at = root + 8 * usize::from(number(at + 2)),
                }
            };
        }
        sum
    }

    proptest! {
        #[test]
        fn many_trees_at_once_make_the_same_sum_as_one_after_the_other(
            features in proptest::collection::vec(prop_oneof![-1.0f32..20.0, (-20i8..20).prop_map(f32::from), Just(-0.0), Just(f32::NAN), Just(f32::INFINITY)], FEATURES),
            least in -30.0f32..10.0,
        ) {
            let files: [(&[u8], &Trees); 2] = [
                (include_bytes!("../../../data/words/change.trees"), &CHANGE),
                (include_bytes!("../../../data/words/seam.trees"), &SEAM),
            ];
            for (bytes, trees) in files {
                let features = &features[..trees.features.len()];
                let sum = plain_sum(bytes, trees, features);
                prop_assert_eq!(trees.sum(features, f32::NEG_INFINITY), Some(sum));
                prop_assert_eq!(trees.sum(features, least), (sum > least).then_some(sum));
            }
        }
    }

    #[test]
    fn the_models_were_trained_on_the_features_that_the_code_gives() {
        let [change, seam] = super::super::feature_names();
        assert_eq!(CHANGE.features, change);
        assert_eq!(SEAM.features, seam);
    }
}
