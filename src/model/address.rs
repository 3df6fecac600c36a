//! Addresses as they may be shown: without the credentials that people put into them.

/// `address` without a user name, a password, a query and a fragment. Everything up to the last
/// `@` goes, even where that makes a stranger address of one that was strange before: a password
/// can hold any character, also one that ends the authority for a parser.
pub fn without_credentials(address: &str) -> String {
    let shown = match address.rsplit_once('@') {
        Some((before, rest)) => format!("{}{rest}", scheme_of(before)),
        None => address.to_owned(),
    };
    let end = shown.find(['?', '#']).unwrap_or(shown.len());
    without_odd_port(&shown[..end])
}

/// `address` with `***` for what stands where a port should and has other characters than digits:
/// a password, where the host after it was forgotten.
fn without_odd_port(address: &str) -> String {
    let host = scheme_of(address).len();
    let after_brackets = address[host..].find(']').map_or(host, |end| host + end);
    let Some(colon) = address[after_brackets..].find(':').map(|at| after_brackets + at) else {
        return address.to_owned();
    };
    let port = address[colon + 1..].split('/').next().unwrap_or_default();
    match port.bytes().all(|byte| byte.is_ascii_digit()) || address[host..colon].contains('/') {
        true => address.to_owned(),
        false => format!("{}***", &address[..=colon]),
    }
}

/// The scheme that `text` begins with, with its colon and slashes (RFC 3986 section 3.1).
fn scheme_of(text: &str) -> &str {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    match text.find("://") {
        Some(end) if text[..end].bytes().all(is_name) => &text[..end + 3],
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_is_no_secret() {
        for plain in ["https://api.cmdop.com", "http://[::1]:8080/api/v1", "api.cmdop.com", "", "not a url"] {
            assert_eq!(without_credentials(plain), plain);
        }
    }

    #[test]
    fn loses_credentials_wherever_they_hide() {
        for (address, shown) in [
            ("https://ada:pw@host/api", "https://host/api"),
            ("https://ada:p/w@host/api", "https://host/api"),
            ("https://ada:12/pw@host", "https://host"),
            ("https://ada:p#w@host", "https://host"),
            ("https://ada:p@w@host", "https://host"),
            ("https:ada:pw@host", "host"),
            ("ada:pw@host", "host"),
            ("ada:pw://x@host", "host"),
            ("https://host/api?key=secret", "https://host/api"),
            ("https://host/#secret", "https://host/"),
            ("http://ada:pw", "http://ada:***"),
            ("http://ada:p/w", "http://ada:***"),
            ("ada:pw", "ada:***"),
            ("http://[::1]:pw", "http://[::1]:***"),
            ("http://[::1]:80/a:b", "http://[::1]:80/a:b"),
            ("http://host/a:b", "http://host/a:b"),
        ] {
            assert_eq!(without_credentials(address), shown, "{address}");
        }
    }
}
