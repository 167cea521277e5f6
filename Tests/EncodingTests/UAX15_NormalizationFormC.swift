import Encoding
import Testing

/// Examples of the annex: §1.2 figures 3 to 5, §1.1 of Hangul, and the exclusions of §5.1.
@Suite struct `UAX #15 Normalization Form C` {
    @Test(arguments: [
        ("", ""), ("plain", "plain"),
        ("\u{212B}", "\u{C5}"), ("A\u{30A}", "\u{C5}"), ("\u{2126}", "\u{3A9}"),
        ("e\u{301}", "\u{E9}"), ("s\u{323}\u{307}", "\u{1E69}"), ("s\u{307}\u{323}", "\u{1E69}"),
        ("\u{1E0B}\u{323}", "\u{1E0D}\u{307}"), ("q\u{307}\u{323}", "q\u{323}\u{307}"),
        ("\u{1112}\u{1161}\u{11AB}", "\u{D55C}"), ("\u{958}", "\u{915}\u{93C}"),
        // Compatibility is not folded: these stay what they are.
        ("\u{FB01}", "\u{FB01}"), ("2\u{2075}", "2\u{2075}"), ("\u{1E9B}\u{323}", "\u{1E9B}\u{323}"),
        ("a\0b", "a\0b"),
    ])
    func `composes what is canonically the same`(text: String, composed: String) {
        #expect(text.nfc.hasSameOctets(as: composed))
        #expect(text.nfc.nfc.hasSameOctets(as: text.nfc))
    }
}
