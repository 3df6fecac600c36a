//! Where an authorization server describes itself.

use url::Url;

/// The two well-known names of a discovery document.
const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";

/// Where the document may be: behind the issuer's path (OpenID Connect Discovery 1.0 section 4), or
/// before it (RFC 8414 section 3.1).
pub fn places(issuer: &Url) -> [Url; 2] {
    let path = issuer.path().trim_end_matches('/');
    let at = |path: String| {
        let mut url = issuer.clone();
        url.set_query(None);
        url.set_fragment(None);
        url.set_path(&path);
        url
    };
    [at(format!("{path}{OPENID}")), at(format!("{OAUTH}{path}"))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_stands_before_one_name_and_behind_the_other() {
        let [openid, oauth] = places(&Url::parse("https://id.test/realms/acme/?q#f").unwrap());
        assert_eq!(openid.as_str(), "https://id.test/realms/acme/.well-known/openid-configuration");
        assert_eq!(oauth.as_str(), "https://id.test/.well-known/oauth-authorization-server/realms/acme");
    }
}
