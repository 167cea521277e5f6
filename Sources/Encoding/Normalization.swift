// The standard library compares strings by this form and keeps it to itself; its own tables, rather than a copy of them.
@_spi(_Unicode) import Swift

extension String {
    /// Unicode Normalization Form C (UAX #15): the same text is the same octets, whichever keyboard typed it.
    package var nfc: String {
        var scalars = UnicodeScalarView()
        for scalar in _nfc { scalars.append(scalar) }
        return String(scalars)
    }

    /// Unicode Normalization Form D: letters and their accents apart.
    package var nfd: String {
        var scalars = UnicodeScalarView()
        for scalar in _nfd { scalars.append(scalar) }
        return String(scalars)
    }
}
