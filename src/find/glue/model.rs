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

/// One node of a tree, where its feature is asked: above `key`, the leaves below the node that lie left are out of
/// reach.
#[derive(Clone, Copy)]
struct Condition {
    /// What the feature is held against, as [`key`] has it.
    key: i32,
    tree: u32,
    /// The leaves that stay in reach.
    leaves: u32,
}

/// Returns a whole number for each value, in the same order; above all others one for what is no number.
fn key(value: f32) -> i32 {
    let bits = (value + 0.0).to_bits().cast_signed(); // There are two zeros.
    if value.is_nan() { i32::MAX } else { bits ^ ((bits >> 31).cast_unsigned() >> 1).cast_signed() }
}

/// Stands for a feature in the file where a leaf is.
const LEAF: u16 = u16::MAX;
/// A tree has at most so many leaves.
const LEAVES: usize = u32::BITS as usize;

/// A sum of trees.
///
/// No tree is gone down. All nodes that ask one feature lie together, those with the least number first, and what is
/// above their numbers takes leaves out of reach; of those that stay in reach in the end the leftmost is the one that
/// the tree leads to. So memory is read in order, and nothing waits for what was read before. (This is QuickScorer by
/// Lucchese et al.)
pub(super) struct Trees {
    pub(super) thresholds: Thresholds,
    #[cfg_attr(not(test), expect(dead_code, reason = "tests hold them against the code"))]
    pub(super) features: Vec<String>,
    /// What the nodes ask, by feature, then by number.
    conditions: Vec<Condition>,
    /// Where the conditions of each feature end.
    ends: Vec<usize>,
    /// The values of the leaves of each tree, from the left.
    leaves: Vec<[f32; LEAVES]>,
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
        let mut conditions: Vec<Vec<Condition>> = vec![Vec::new(); head.features.len()];
        let mut leaves = Vec::with_capacity(head.trees.len());
        let mut rest = &read[..];
        for (number, count) in (0..).zip(head.trees) {
            let (tree, others) = rest.split_at(count);
            rest = others;
            let mut values = [0.0; LEAVES];
            // So many leaves lie left of each node.
            let mut left = Vec::with_capacity(count + 1);
            let mut seen = 0;
            for &(feature, _, value) in tree {
                left.push(seen);
                if feature == LEAF {
                    values[seen] = value;
                    seen += 1;
                }
            }
            left.push(seen);
            leaves.push(values);
            for (at, &(feature, above, value)) in tree.iter().enumerate().filter(|(_, node)| node.0 != LEAF) {
                // Of a node only the leaves on the left can be out of reach, so there is always one more behind.
                let lost = (1u32 << left[usize::from(above)]) - (1 << left[at]);
                conditions[usize::from(feature)].push(Condition { key: key(value), tree: number, leaves: !lost });
            }
        }
        conditions.iter_mut().for_each(|conditions| conditions.sort_by_key(|condition| condition.key));
        let ends = conditions.iter().scan(0, |end, conditions| {
            *end += conditions.len();
            Some(*end)
        });
        let ends = ends.collect();
        let conditions = conditions.concat();
        Self { thresholds: head.thresholds, features: head.features, conditions, ends, leaves }
    }

    /// Returns the sum of all trees for `features` if it is above `least`.
    pub(super) fn sum(&self, features: &[f32], least: f32) -> Option<f32> {
        let mut reach = vec![u32::MAX; self.leaves.len()];
        for (feature, &value) in features.iter().enumerate() {
            self.narrow(&mut reach, feature, value);
        }
        let sum = reach.iter().zip(&self.leaves).map(|(&reach, leaves)| leftmost(reach, leaves)).fold(0.0, add);
        (sum > least).then_some(sum)
    }

    /// Whether the sum of all trees can be above `least` for `features`, whatever the feature `open` is.
    pub(super) fn may_exceed(&self, features: &[f32], open: usize, least: f32) -> bool {
        let mut reach = vec![u32::MAX; self.leaves.len()];
        for (feature, &value) in features.iter().enumerate().filter(|(feature, _)| *feature != open) {
            self.narrow(&mut reach, feature, value);
        }
        let values = reach.iter().zip(&self.leaves).map(|(&reach, leaves)| leftmost(reach, leaves));
        let mut most: Vec<f32> = values.collect();
        // As the open feature grows, one condition after the other takes effect.
        for condition in self.asking(open) {
            let tree = condition.tree as usize;
            reach[tree] &= condition.leaves;
            most[tree] = most[tree].max(leftmost(reach[tree], &self.leaves[tree]));
        }
        // Added in the same order, what is nowhere less makes a sum that is not less, however it is rounded.
        most.into_iter().fold(0.0, add) > least
    }

    /// Takes from `reach` the leaves that `value` of a feature takes out of reach.
    fn narrow(&self, reach: &mut [u32], feature: usize, value: f32) {
        let value = key(value);
        for condition in self.asking(feature) {
            if condition.key >= value {
                break;
            }
            reach[condition.tree as usize] &= condition.leaves;
        }
    }

    /// Returns the conditions that ask `feature`, the least first.
    fn asking(&self, feature: usize) -> &[Condition] {
        let start = feature.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.conditions[start..self.ends[feature]]
    }
}

/// Returns the value of the leftmost of `leaves` in reach.
fn leftmost(reach: u32, leaves: &[f32; LEAVES]) -> f32 {
    leaves[reach.trailing_zeros() as usize % LEAVES]
}

fn add(sum: f32, value: f32) -> f32 {
    sum + value
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
    fn plain_sum(bytes: &[u8], features: &[f32]) -> f32 {
        let start = bytes.iter().position(|&b| b == b'\n').expect("a line of JSON first") + 1;
        let number = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let mut sum = 0.0;
        let head: Head = serde_json::from_slice(&bytes[..start]).expect("JSON that the training wrote");
        let mut root = start;
        for count in head.trees {
            let mut at = root;
            sum += loop {
                let value = f32::from_le_bytes(bytes[at + 4..at + 8].try_into().expect("four bytes"));
                match number(at) {
                    LEAF => break value,
                    feature if features[usize::from(feature)] <= value => at += 8,
                    _ => at = root + 8 * usize::from(number(at + 2)),
                }
            };
            root += 8 * count;
        }
        sum
    }

    proptest! {
        #[test]
        fn all_conditions_at_once_make_the_same_sum_as_one_tree_after_the_other(
            features in proptest::collection::vec(prop_oneof![-1.0f32..20.0, (-20i8..20).prop_map(f32::from), Just(-0.0), Just(f32::NAN), Just(f32::INFINITY)], 64),
            least in -30.0f32..10.0,
            open in 0usize..50,
        ) {
            let files: [(&[u8], &Trees); 2] = [
                (include_bytes!("../../../data/words/change.trees"), &CHANGE),
                (include_bytes!("../../../data/words/seam.trees"), &SEAM),
            ];
            for (bytes, trees) in files {
                let features = &features[..trees.features.len()];
                let sum = plain_sum(bytes, features);
                prop_assert_eq!(trees.sum(features, f32::NEG_INFINITY), Some(sum));
                prop_assert_eq!(trees.sum(features, least), (sum > least).then_some(sum));
                let mut unknown = features.to_vec();
                unknown[open] = f32::NAN;
                prop_assert!(trees.may_exceed(&unknown, open, least) || sum <= least);
            }
        }
    }

    #[test]
    fn the_script_that_makes_the_models_states_their_thresholds() {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tools/train_words.py");
        let script = std::fs::read_to_string(script).expect("the script is beside the code");
        for model in [&CHANGE, &SEAM] {
            let Thresholds { alone, shows, shown, likely } = model.thresholds;
            let stated = format!("dict(alone={alone:?}, shows={shows:?}, shown={shown:?}, likely={likely:?})");
            assert!(script.contains(&stated), "{stated}");
        }
    }

    #[test]
    fn the_models_were_trained_on_the_features_that_the_code_gives() {
        let [change, seam] = super::super::feature_names();
        assert_eq!(CHANGE.features, change);
        assert_eq!(SEAM.features, seam);
    }
}
