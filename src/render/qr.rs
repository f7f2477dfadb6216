//! QR codes for paper, drawn as one SVG path at build time. The only user of `qrcodegen`.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

use super::view::QrView;

/// White around the code, in modules (ISO/IEC 18004 asks for four).
const QUIET: i32 = 4;

/// The code of an address and the day its text was last reviewed; `None` if that is too long for a code.
#[must_use]
pub fn qr_code(address: &str, revised: Option<&str>) -> Option<QrView> {
    let code = QrCode::encode_text(&dated(address, revised), QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
            if run > 0 {
                // Writing to a `String` cannot fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += i32::try_from(run).unwrap_or(0) + 1;
        }
    }
    Some(QrView { size: code.size() + 2 * QUIET, path })
}

/// The address of an old sheet leads to the current page and contains the date of the sheet.
fn dated(address: &str, revised: Option<&str>) -> String {
    let Some(day) = revised else { return address.to_owned() };
    match address.split_once('#') {
        Some((page, place)) => format!("{page}?revised={day}#{place}"),
        None => format!("{address}?revised={day}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_hold_the_day() {
        let address = "https://example.org/guide/checklists/C1.html";
        assert_eq!(dated(address, Some("2026-01-31")), format!("{address}?revised=2026-01-31"));
        assert_eq!(
            dated("https://a.example/b.html#c", Some("2026-01-31")),
            "https://a.example/b.html?revised=2026-01-31#c"
        );
        let (old, new) = (qr_code(address, Some("2026-01-31")).unwrap(), qr_code(address, None).unwrap());
        assert_ne!(old.path, new.path);
        assert!(new.path.starts_with("M4 4h7v1h-7z"), "the corner of a code is a bar of seven modules");
        assert_eq!((new.size - 2 * QUIET - 17) % 4, 0, "versions grow by four modules");
        assert!(qr_code(&"x".repeat(5000), None).is_none());
    }
}
