/// One metric of the Prometheus text format 0.0.4, with all its samples.
struct MetricFamily: Sendable {
    enum Kind: String, Sendable { case counter, gauge, histogram }

    struct Sample: Sendable {
        /// `_bucket`, `_sum`, `_count` of a histogram; else empty.
        var suffix = ""
        let labels: [(name: String, value: String)]
        let value: String
    }

    let name: String
    let kind: Kind
    let help: String
    var samples: [Sample]

    init(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample] = []) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    init(_ name: String, _ kind: Kind, _ help: String, _ value: Int64) {
        self.init(name, kind, help, [Sample(labels: [], value: String(value))])
    }

    mutating func add(_ labels: [(name: String, value: String)], _ value: Int64) {
        samples.append(Sample(labels: labels, value: String(value)))
    }

    /// A histogram's samples: `counts` by bucket, one more than there are `bounds`.
    mutating func add(
        _ labels: [(name: String, value: String)], bounds: [String], counts: [Int64], sum: String
    ) {
        var total: Int64 = 0
        for (bound, count) in zip(bounds + ["+Inf"], counts) {
            total &+= count
            samples.append(Sample(suffix: "_bucket", labels: labels + [("le", bound)], value: String(total)))
        }
        samples.append(Sample(suffix: "_sum", labels: labels, value: sum))
        samples.append(Sample(suffix: "_count", labels: labels, value: String(total)))
    }

    /// HELP, TYPE and a line for each sample.
    var text: String {
        var text = "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
            text += name + sample.suffix + (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}")
            text += " \(sample.value)\n"
        }
        return text
    }

    static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Nanoseconds as seconds, exactly.
    static func seconds(_ nanoseconds: Int64) -> String {
        let digits = String(nanoseconds % 1_000_000_000)
        let fraction = String(repeating: "0", count: max(0, 9 - digits.utf8.count)) + digits
        return "\(nanoseconds / 1_000_000_000).\(fraction)"
    }
}
