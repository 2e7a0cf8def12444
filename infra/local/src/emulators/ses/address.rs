//! Mail addresses, as strict as SES: plain ASCII, other characters only in encoded words and punycode.

/// The address of `Name <address>` or of an address alone; `None` when it is no address SES would mail.
pub(super) fn parse(written: &str) -> Option<&str> {
    let written = written.trim();
    let address = match (written.rfind('<'), written.strip_suffix('>')) {
        (Some(start), Some(inner)) => inner.get(start + 1..)?,
        (None, None) => written,
        _ => return None,
    };
    let (local, domain) = address.rsplit_once('@')?;
    let local_fits = (1..=64).contains(&local.len())
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b))
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let header_safe = written.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
    (local_fits && header_safe && address.len() <= 320 && is_domain(domain)).then_some(address)
}

/// Whether this is the name of a domain with at least two labels.
pub(super) fn is_domain(name: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 255 && name.contains('.') && name.split('.').all(label)
}

/// The addresses of a header; a comma inside quotes belongs to a name.
pub(super) fn split_list(header: &str) -> Vec<String> {
    let mut addresses = vec![String::new()];
    let mut quoted = false;
    for character in header.chars() {
        quoted ^= character == '"';
        match addresses.last_mut() {
            Some(address) if character != ',' || quoted => address.push(character),
            _ => addresses.push(String::new()),
        }
    }
    addresses.iter().map(|address| address.trim().to_owned()).filter(|address| !address.is_empty()).collect()
}
