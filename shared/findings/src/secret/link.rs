//! Addresses that are secrets by themselves: whoever has the webhook may post.
//!
//! The host stays, for it says what is called; what lets one in goes. Other
//! parameters with the name of a credential are pairs as elsewhere. Refuses to know
//! services that ask for something more than the address.

use std::ops::Range;

/// How far the secret goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// To the next slash.
    Segment,
    /// To the end of the address.
    Rest,
}
use Extent::{Rest, Segment};

/// A host or its end, what stands in front of the secret, and how far that goes.
const SERVICES: [(&str, &str, Extent); 21] = [
    ("hooks.slack.com", "/services/", Rest),
    ("hooks.slack.com", "/workflows/", Rest),
    ("hooks.slack.com", "/triggers/", Rest),
    ("hooks.slack-gov.com", "/services/", Rest),
    ("discord.com", "/api/webhooks/*/", Segment),
    ("discordapp.com", "/api/webhooks/*/", Segment),
    ("discord.com", "/api/*/webhooks/*/", Segment),
    ("discordapp.com", "/api/*/webhooks/*/", Segment),
    (".webhook.office.com", "/webhookb2/", Rest),
    ("outlook.office.com", "/webhook/", Rest),
    ("outlook.office365.com", "/webhook/", Rest),
    ("api.telegram.org", "/bot", Segment),
    ("api.telegram.org", "/file/bot", Segment),
    ("hooks.zapier.com", "/hooks/catch/", Rest),
    ("events.pagerduty.com", "/integration/", Segment),
    ("maker.ifttt.com", "/key/", Segment),
    ("hc-ping.com", "/", Rest),
    ("nosnch.in", "/", Rest),
    ("open.feishu.cn", "/open-apis/bot/v2/hook/", Segment),
    ("open.larksuite.com", "/open-apis/bot/v2/hook/", Segment),
    ("hooks.chime.aws", "/incomingwebhooks/", Rest),
];

/// Parameters that are secrets if nobody would have chosen their value.
const PARAMETERS: [&str; 6] = ["key", "code", "sign", "hmac", "hash", "k"];

/// The secrets in addresses of `text`.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    // Hosts may be in capitals; the places are the same in small letters.
    let lower = text.to_ascii_lowercase();
    for (host, path, extent) in SERVICES {
        for (at, _) in lower.match_indices(host) {
            let begin = at + host.len();
            let rest = address(&text[begin..]);
            // A port.
            let path_at = rest.find('/').unwrap_or(rest.len());
            let Some(length) = end_of_path(&rest[path_at..], path) else { continue };
            let start = path_at + length;
            let end = match extent {
                Segment => rest[start..].find(['/', '?', '#']).map(|it| start + it),
                Rest => None,
            };
            found.push(begin + start..begin + end.unwrap_or(rest.len()));
        }
    }
    for (at, _) in text.match_indices(['?', '&']) {
        let rest = address(&text[at + 1..]);
        let rest = rest.strip_prefix("amp;").unwrap_or(rest);
        let begin = text[at + 1..].find(rest).map_or(at + 1, |it| at + 1 + it);
        let rest = &rest[..rest.find(['&', '#', ';']).unwrap_or(rest.len())];
        let Some((name, value)) = rest.split_once('=') else { continue };
        if PARAMETERS.contains(&name) && is_random(value) {
            found.push(begin + name.len() + 1..begin + rest.len());
        }
    }
}

/// What still belongs to the address.
fn address(text: &str) -> &str {
    let ends = |c: char| c.is_whitespace() || "\"'`<>\\,)".contains(c);
    &text[..text.find(ends).unwrap_or(text.len())]
}

/// How much of `path` begins like `pattern`, where `*` stands for one segment.
/// `/key/` may stand anywhere.
fn end_of_path(path: &str, pattern: &str) -> Option<usize> {
    if pattern == "/key/" {
        return path.find(pattern).map(|at| at + pattern.len());
    }
    let mut at = 0;
    for (index, part) in pattern.split('*').enumerate() {
        if index > 0 {
            at += path[at..].find('/')?;
        }
        path[at..].starts_with(part).then_some(())?;
        at += part.len();
    }
    (at < path.len()).then_some(at)
}

/// Whether a value has letters and digits and is as long as a key, or shorter and
/// changes between them as no name does.
fn is_random(value: &str) -> bool {
    let has = |is: fn(&u8) -> bool| value.as_bytes().iter().any(is);
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let changes = value.as_bytes().windows(2).filter(|two| {
        two.iter().all(u8::is_ascii_alphanumeric)
            && two[0].is_ascii_digit() != two[1].is_ascii_digit()
    });
    let is_mixed = value.len() >= 12 && changes.count() >= 3;
    digits >= 2 && has(u8::is_ascii_alphabetic) && (value.len() >= 16 || is_mixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text, &mut found);
        found.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn webhooks() {
        for (text, expected) in [
            ("https://hooks.slack.com/services/T0/B0/abc", "T0/B0/abc"),
            ("see <https://hooks.slack.com/services/T0/B0/abc>, it", "T0/B0/abc"),
            ("https://discord.com/api/webhooks/123/a-bc", "a-bc"),
            ("https://discordapp.com/api/webhooks/123/a-bc/slack?wait=1", "a-bc"),
            ("https://acme.webhook.office.com/webhookb2/1@2/Hook/3/4", "1@2/Hook/3/4"),
            ("https://outlook.office.com/webhook/1@2/Hook/3/4", "1@2/Hook/3/4"),
            ("https://api.telegram.org/bot12:ab-c/sendMessage", "12:ab-c"),
            ("https://maker.ifttt.com/trigger/x/with/key/abc", "abc"),
            ("https://discordapp.com/api/v10/webhooks/123/a-bc", "a-bc"),
            ("HTTPS://HOOKS.SLACK.COM/services/T0/B0/abc", "T0/B0/abc"),
            ("https://x/y?key=s3Cr3tXk2Lq9", "s3Cr3tXk2Lq9"),
            ("https://x/y?a=b&key=q83vEjRW9JzAIS0a#z", "q83vEjRW9JzAIS0a"),
            (
                "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=3f0c1a52-6a3c-4f0e-9a30-0b9f8b1a2c3d",
                "3f0c1a52-6a3c-4f0e-9a30-0b9f8b1a2c3d",
            ),
            ("https://x/y?a=b&amp;code=q83vEjRW9JzAIS0a", "q83vEjRW9JzAIS0a"),
        ] {
            assert_eq!(secrets(text), [expected], "{text}");
        }
    }

    #[test]
    fn other_addresses() {
        for text in [
            "https://hooks.slack.com/",
            "https://slack.com/services/T0/B0/abc",
            "https://discord.com/channels/1/2",
            "https://discord.com/api/webhooks/123",
            "https://api.telegram.org/",
            "https://x/y?key=name&code=200&page=2",
            "https://x/y?key=page-12-of-3",
            "https://x/y?key=a-rather-long-name-of-a-key",
            "a ? key=x & y",
        ] {
            assert_eq!(secrets(text), [""; 0], "{text}");
        }
    }
}
