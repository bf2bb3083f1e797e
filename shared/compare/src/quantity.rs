//! Whether two spellings mean the same quantity: `1000m` and `1`, `0.5Gi` and `512Mi`.
//!
//! As the API server reads them (Kubernetes, "Quantity"): a decimal number with a
//! suffix of powers of 1000 or 1024, or an exponent. Only for comparing, so the value
//! is a number of nano-units and what does not fit is no quantity.

use serde_json::Value;

/// 10⁻⁹, below which the server rounds up.
const NANO: i128 = 1_000_000_000;

/// Whether both are quantities of the same value.
pub(crate) fn is_same(one: &Value, other: &Value) -> bool {
    match (nanos(one), nanos(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

fn nanos(value: &Value) -> Option<i128> {
    match value {
        Value::String(text) => parse(text),
        Value::Number(number) => parse(&number.to_string()),
        _ => None,
    }
}

fn parse(text: &str) -> Option<i128> {
    let end = text
        .char_indices()
        .find(|(at, c)| {
            !(c.is_ascii_digit() || *c == '.' || *at == 0 && "+-".contains(*c))
        })
        .map_or(text.len(), |(at, _)| at);
    let (number, suffix) = text.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{fraction}");
    let mut value: i128 = digits.parse().ok()?;
    let (up, down) = factor(suffix)?;
    value = value.checked_mul(NANO)?.checked_mul(up)?;
    let places = u32::try_from(fraction.len()).ok()?;
    let divisor = 10_i128.checked_pow(places)?.checked_mul(down)?;
    let rest = value % divisor;
    Some(value / divisor + i128::from(rest > 0))
}

/// What a suffix multiplies and divides by.
fn factor(suffix: &str) -> Option<(i128, i128)> {
    let power = |base: i128, exponent| Some((base.checked_pow(exponent)?, 1));
    match suffix {
        "" => Some((1, 1)),
        "n" => Some((1, NANO)),
        "u" => Some((1, 1_000_000)),
        "m" => Some((1, 1000)),
        "k" => power(1000, 1),
        "M" => power(1000, 2),
        "G" => power(1000, 3),
        "T" => power(1000, 4),
        "P" => power(1000, 5),
        "E" => power(1000, 6),
        "Ki" => power(1024, 1),
        "Mi" => power(1024, 2),
        "Gi" => power(1024, 3),
        "Ti" => power(1024, 4),
        "Pi" => power(1024, 5),
        "Ei" => power(1024, 6),
        _ => {
            let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
            let size = 10_i128.checked_pow(exponent.unsigned_abs())?;
            Some(if exponent < 0 { (1, size) } else { (size, 1) })
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn spellings_of_one_value() {
        for (one, other) in [
            (json!("1"), json!("1000m")),
            (json!(1), json!("1")),
            (json!(0.5), json!("500m")),
            (json!("0.5Gi"), json!("512Mi")),
            (json!("1e3"), json!("1k")),
            (json!("1E"), json!("1e18")),
            (json!("+1.50"), json!("1500m")),
            (json!("-1"), json!("-1000m")),
            (json!("2n"), json!("0.000000002")),
        ] {
            assert!(is_same(&one, &other), "{one} {other}");
        }
        for (one, other) in [
            (json!("1"), json!("1k")),
            (json!("1M"), json!("1Mi")),
            (json!("x"), json!("x")),
            (json!(""), json!("0")),
            (json!("1 "), json!("1")),
            (json!(true), json!(1)),
            (json!("9999999999999999999E"), json!("9999999999999999999E")),
        ] {
            assert!(!is_same(&one, &other), "{one} {other}");
        }
    }
}
