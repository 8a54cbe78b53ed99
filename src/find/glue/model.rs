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

/// A place in a tree.
struct Node {
    /// The feature that is asked, or [`LEAF`].
    feature: u16,
    /// Where to go if the feature is above the value, counted from the first node of the tree; the other way is the
    /// next node.
    above: u16,
    /// What the feature is held against; the value of a leaf.
    value: f32,
}

const LEAF: u16 = u16::MAX;
/// So many trees are added up before it is asked whether the rest could still matter.
const STRIDE: usize = 16;

/// A sum of trees.
pub(super) struct Trees {
    pub(super) thresholds: Thresholds,
    #[cfg_attr(not(any(test, feature = "training")), expect(dead_code, reason = "tests hold them against the code"))]
    pub(super) features: Vec<String>,
    nodes: Vec<Node>,
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
        let nodes: Vec<Node> = bytes[end + 1..]
            .chunks_exact(8)
            .map(|node| Node {
                feature: u16::from_le_bytes([node[0], node[1]]),
                above: u16::from_le_bytes([node[2], node[3]]),
                value: f32::from_le_bytes([node[4], node[5], node[6], node[7]]),
            })
            .collect();
        let mut roots = Vec::with_capacity(head.trees.len());
        let mut most = Vec::with_capacity(head.trees.len());
        let mut from = 0;
        for count in head.trees {
            let leaves = nodes[from..from + count].iter().filter(|node| node.feature == LEAF);
            most.push(leaves.map(|leaf| leaf.value).fold(f32::NEG_INFINITY, f32::max));
            roots.push(u32::try_from(from).expect("few nodes"));
            from += count;
        }
        let mut rest: Vec<f32> = Vec::new();
        let mut sum = 0.0;
        for stride in most.chunks(STRIDE).rev() {
            sum += stride.iter().sum::<f32>();
            rest.push(sum);
        }
        rest.reverse();
        Self { thresholds: head.thresholds, features: head.features, nodes, roots, rest }
    }

    /// Returns the sum of all trees for `features`; None as soon as it cannot be above `least` any more.
    pub(super) fn sum(&self, features: &[f32], least: f32) -> Option<f32> {
        let mut sum = 0.0;
        for (stride, roots) in self.roots.chunks(STRIDE).enumerate() {
            if sum + self.rest[stride] <= least {
                return None;
            }
            for &root in roots {
                let mut at = root as usize;
                loop {
                    let node = &self.nodes[at];
                    if node.feature == LEAF {
                        sum += node.value;
                        break;
                    }
                    at = if features[usize::from(node.feature)] <= node.value {
                        at + 1
                    } else {
                        root as usize + usize::from(node.above)
                    };
                }
            }
        }
        (sum > least).then_some(sum)
    }
}

/// Returns the chance that a sum of trees stands for.
pub(super) fn chance(sum: f32) -> f32 {
    1.0 / (1.0 + (-sum).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_models_were_trained_on_the_features_that_the_code_gives() {
        let [change, seam] = super::super::feature_names();
        assert_eq!(CHANGE.features, change);
        assert_eq!(SEAM.features, seam);
    }
}
