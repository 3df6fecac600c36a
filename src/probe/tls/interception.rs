//! Who re-signs connections: products that break TLS open to look inside, known by the names that
//! their certificates carry.

use super::certificate::Certificate;

/// The domain whose hosts are documented to be public, so that a certificate that the public does not
/// trust is somebody else's.
const PUBLIC_DOMAIN: &str = "cmdop.com";

/// A part of an issuer's or subject's name, in small letters, and what it gives away.
const PRODUCTS: &[(&str, &str)] = &[
    ("adguard", "AdGuard"),
    ("avast", "Avast"),
    ("avg web/mail shield", "AVG"),
    ("barracuda", "Barracuda"),
    ("bitdefender", "Bitdefender"),
    ("blue coat", "Blue Coat"),
    ("bluecoat", "Blue Coat"),
    ("cato networks", "Cato Networks"),
    ("charles proxy", "Charles"),
    ("check point", "Check Point"),
    ("cisco umbrella", "Cisco Umbrella"),
    ("cloudflare for teams", "Cloudflare Gateway"),
    ("cloudflare gateway", "Cloudflare Gateway"),
    ("eset ssl", "ESET"),
    ("fiddler", "Fiddler"),
    ("forcepoint", "Forcepoint"),
    ("fortigate", "Fortinet"),
    ("fortinet", "Fortinet"),
    ("goskope", "Netskope"),
    ("http toolkit", "HTTP Toolkit"),
    ("iboss", "iboss"),
    ("kaspersky", "Kaspersky"),
    ("mcafee", "McAfee"),
    ("menlo security", "Menlo Security"),
    ("mitmproxy", "mitmproxy"),
    ("netskope", "Netskope"),
    ("opendns", "Cisco Umbrella"),
    ("opnsense", "OPNsense"),
    ("owasp root ca", "OWASP ZAP"),
    ("owasp zed attack", "OWASP ZAP"),
    ("palo alto", "Palo Alto Networks"),
    ("pfsense", "pfSense"),
    ("portswigger", "Burp Suite"),
    ("proxyman", "Proxyman"),
    ("securly", "Securly"),
    ("skyhigh", "Skyhigh Security"),
    ("smoothwall", "Smoothwall"),
    ("sonicwall", "SonicWall"),
    ("sophos", "Sophos"),
    ("squid", "Squid"),
    ("symantec web security", "Symantec Web Security"),
    ("trellix", "Trellix"),
    ("trend micro", "Trend Micro"),
    ("untangle", "Untangle"),
    ("watchguard", "WatchGuard"),
    ("websense", "Forcepoint"),
    ("zscaler", "Zscaler"),
];

/// Who seems to re-sign the connection to `host`. What the public trusts is nobody's interception; of
/// a public host's certificate from somebody else's authority the organisation is told.
pub(super) fn suspect(host: &str, chain: &[Certificate], is_public: bool) -> Option<String> {
    if is_public {
        return None;
    }
    let leaf = chain.first()?;
    let signers = std::iter::once(&leaf.issuer);
    let signers = signers.chain(chain.iter().skip(1).flat_map(|signer| [&signer.subject, &signer.issuer]));
    let product = signers.map(|name| name.to_lowercase()).find_map(|name| product(&name));
    let stranger = || leaf.issued_by.clone().filter(|_| is_public_host(host) && !leaf.self_signed);
    product.map(str::to_owned).or_else(stranger)
}

fn product(name: &str) -> Option<&'static str> {
    PRODUCTS.iter().find(|(part, _)| name.contains(part)).map(|(_, product)| *product)
}

fn is_public_host(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host.strip_suffix(PUBLIC_DOMAIN).is_some_and(|below| below.is_empty() || below.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed_by(issuer: &str, self_signed: bool) -> Vec<Certificate> {
        let name = format!("C=US, O={issuer}, CN=Root");
        vec![Certificate {
            version: 3,
            weakness: None,
            subject: "CN=api.cmdop.com".to_owned(),
            issuer: name,
            issued_by: Some(issuer.to_owned()),
            by_intermediate: false,
            self_signed,
            names: Vec::new(),
            not_before: 0,
            not_after: 1,
        }]
    }

    #[test]
    fn products_strangers_and_the_public() {
        let chain = signed_by("Zscaler Inc.", false);
        assert_eq!(suspect("git.example", &chain, false).as_deref(), Some("Zscaler"));
        assert_eq!(suspect("git.example", &chain, true), None);
        let chain = signed_by("Acme Corporation", false);
        assert_eq!(suspect("api.cmdop.com", &chain, false).as_deref(), Some("Acme Corporation"));
        assert_eq!(suspect("cmdop.acme.example", &chain, false), None);
        assert_eq!(suspect("notcmdop.com", &chain, false), None);
        assert_eq!(suspect("api.cmdop.com", &signed_by("x", true), false), None);
        assert_eq!(suspect("api.cmdop.com", &[], false), None);
    }
}
