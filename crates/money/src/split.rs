/// Splits `whole` in the proportion of `weights`, so that the shares sum to it exactly.
///
/// Each share is within one part of its exact value (largest remainder; among equal remainders the
/// earlier share gets the part). No weights, or weights that are all zero, give no shares.
///
/// ```
/// assert_eq!(money::split(100, &[1, 1, 1]), vec![34, 33, 33]);
/// assert_eq!(money::split(-7, &[2, 1]), vec![-5, -2]);
/// ```
pub fn split(whole: i64, weights: &[u32]) -> Vec<i64> {
    let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if total == 0 {
        return Vec::new();
    }
    let magnitude = i128::from(whole).abs();
    let mut shares: Vec<i128> = Vec::with_capacity(weights.len());
    let mut remainders: Vec<(i128, usize)> = Vec::with_capacity(weights.len());
    for (index, weight) in weights.iter().enumerate() {
        let exact = magnitude * i128::from(*weight);
        shares.push(exact / total);
        remainders.push((exact % total, index));
    }
    let left = magnitude - shares.iter().sum::<i128>();
    remainders.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for (_, index) in remainders.iter().take(usize::try_from(left).unwrap_or(0)) {
        if let Some(share) = shares.get_mut(*index) {
            *share += 1;
        }
    }
    let sign = if whole < 0 { -1 } else { 1 };
    shares.into_iter().map(|share| i64::try_from(share * sign).unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn shares_sum_to_the_whole_and_are_within_one_part() {
        for whole in [-1_000, -7, -1, 0, 1, 2, 99, 100, i64::MAX, i64::MIN + 1] {
            for weights in [&[1][..], &[1, 1, 1], &[0, 5, 0], &[7, 11, 13, 17], &[u32::MAX, 1, u32::MAX]] {
                let shares = split(whole, weights);
                assert_eq!(
                    shares.iter().map(|s| i128::from(*s)).sum::<i128>(),
                    i128::from(whole),
                    "{whole} {weights:?}"
                );
                let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
                for (share, weight) in shares.iter().zip(weights) {
                    let off = i128::from(*share) * total - i128::from(whole) * i128::from(*weight);
                    assert!(off.abs() < total, "{whole} {weights:?}: {share}");
                }
            }
        }
    }

    #[test]
    fn nothing_to_split_by_gives_nothing() {
        assert!(split(5, &[]).is_empty());
        assert!(split(5, &[0, 0]).is_empty());
    }
}
