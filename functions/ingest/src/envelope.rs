//! What can be said of a request before anybody's secret is looked at: its way, its size, its encoding.

use std::borrow::Cow;

use aws_lambda_events::event::lambda_function_urls::LambdaFunctionUrlRequest;
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// The largest body we take, in bytes after decoding.
pub const LARGEST_BODY: usize = 6 * 1024 * 1024;

/// A request that may be a delivery.
#[derive(Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// The source instance it names.
    pub instance: &'a str,
    /// The token in its address.
    pub token: &'a str,
    /// Its body, as it was sent.
    pub body: Cow<'a, [u8]>,
}

/// Why a request is no delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unopened {
    /// 404
    #[error("there is nothing here; deliveries go to /in/<instance>/<token>")]
    NotFound,
    /// 405
    #[error("deliveries are posted")]
    NotPosted,
    /// 413
    #[error("the body is larger than 6 MB")]
    TooLarge,
    /// 415
    #[error("the body is compressed; send it as it is")]
    Compressed,
    /// 400
    #[error("the body is not the Base64 that it says it is")]
    NotBase64,
}

impl Unopened {
    /// The HTTP status that says so.
    pub fn status(self) -> i64 {
        match self {
            Self::NotFound => 404,
            Self::NotPosted => 405,
            Self::TooLarge => 413,
            Self::Compressed => 415,
            Self::NotBase64 => 400,
        }
    }
}

/// Opens a request: `POST /in/<instance>/<token>`, with a body of at most [`LARGEST_BODY`].
pub fn open(request: &LambdaFunctionUrlRequest) -> Result<Envelope<'_>, Unopened> {
    let path = request.raw_path.as_deref().unwrap_or_default();
    let (instance, token) = address(path).ok_or(Unopened::NotFound)?;
    if method(request) != "POST" {
        return Err(Unopened::NotPosted);
    }
    let encoding = request.headers.get("content-encoding");
    if encoding.is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(Unopened::Compressed);
    }
    Ok(Envelope { instance, token, body: body(request)? })
}

/// The request's method.
pub fn method(request: &LambdaFunctionUrlRequest) -> &str {
    request.request_context.http.method.as_deref().unwrap_or_default()
}

fn address(path: &str) -> Option<(&str, &str)> {
    let (instance, token) = path.strip_prefix("/in/")?.split_once('/')?;
    (!instance.is_empty() && !token.is_empty() && !token.contains('/')).then_some((instance, token))
}

fn body(request: &LambdaFunctionUrlRequest) -> Result<Cow<'_, [u8]>, Unopened> {
    let sent = request.body.as_deref().unwrap_or_default();
    let most = if request.is_base64_encoded { LARGEST_BODY.div_ceil(3) * 4 } else { LARGEST_BODY };
    if sent.len() > most {
        return Err(Unopened::TooLarge);
    }
    if !request.is_base64_encoded {
        return Ok(Cow::Borrowed(sent.as_bytes()));
    }
    let body = STANDARD.decode(sent).map_err(|_| Unopened::NotBase64)?;
    if body.len() > LARGEST_BODY { Err(Unopened::TooLarge) } else { Ok(Cow::Owned(body)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str, body: &str) -> LambdaFunctionUrlRequest {
        let mut request = LambdaFunctionUrlRequest::default();
        request.raw_path = Some(path.to_owned());
        request.request_context.http.method = Some(method.to_owned());
        request.body = Some(body.to_owned());
        request
    }

    #[test]
    fn only_a_post_to_an_instance_is_a_delivery() {
        let delivery = request("POST", "/in/shop/t0k3n", "{}");
        let opened = open(&delivery).unwrap();
        assert_eq!((opened.instance, opened.token, &*opened.body), ("shop", "t0k3n", b"{}".as_slice()));
        for path in [
            "/",
            "/in",
            "/in/",
            "/in/shop",
            "/in/shop/",
            "/in//t",
            "/in/shop/t/",
            "/in/shop/t/x",
            "/x/shop/t",
        ] {
            assert_eq!(open(&request("POST", path, "{}")), Err(Unopened::NotFound), "{path}");
        }
        for method in ["GET", "HEAD", "PUT", "OPTIONS", ""] {
            assert_eq!(open(&request(method, "/in/shop/t", "{}")), Err(Unopened::NotPosted), "{method}");
        }
    }

    #[test]
    fn a_body_is_taken_up_to_six_megabytes_however_it_is_wrapped() {
        let full = "x".repeat(LARGEST_BODY);
        assert!(open(&request("POST", "/in/shop/t", &full)).is_ok());
        assert_eq!(open(&request("POST", "/in/shop/t", &format!("{full}x"))), Err(Unopened::TooLarge));

        let mut wrapped = request("POST", "/in/shop/t", &STANDARD.encode(&full));
        wrapped.is_base64_encoded = true;
        assert_eq!(open(&wrapped).unwrap().body.len(), LARGEST_BODY);
        wrapped.body = Some(STANDARD.encode(format!("{full}x")));
        assert_eq!(open(&wrapped), Err(Unopened::TooLarge));
        wrapped.body = Some("not base64".to_owned());
        assert_eq!(open(&wrapped), Err(Unopened::NotBase64));
        wrapped.body = None;
        assert_eq!(open(&wrapped).unwrap().body.len(), 0);
    }

    #[test]
    fn a_compressed_body_is_refused() {
        let mut compressed = request("POST", "/in/shop/t", "{}");
        compressed.headers.insert("content-encoding", "gzip".parse().unwrap());
        assert_eq!(open(&compressed), Err(Unopened::Compressed));
        compressed.headers.insert("content-encoding", "identity".parse().unwrap());
        assert!(open(&compressed).is_ok());
    }
}
