/// Text in columns, each as wide as its widest cell. Cells are made safe for a terminal.
struct Columns {
    private let rows: [[String]]

    init(_ rows: [[String]]) { self.rows = rows.map { $0.map(SafeText.line) } }

    /// One line for each row, the last one ended too; empty without rows.
    var text: String {
        var widths: [Int] = []
        for row in rows {
            for (index, cell) in row.enumerated() {
                if index < widths.count {
                    widths[index] = max(widths[index], cell.count)
                } else {
                    widths.append(cell.count)
                }
            }
        }
        return rows.map { line($0, widths) + "\n" }.joined()
    }

    private func line(_ row: [String], _ widths: [Int]) -> String {
        let padded = zip(row, widths).enumerated().map { index, cell in
            index == row.count - 1 ? cell.0 : cell.0 + String(repeating: " ", count: max(0, cell.1 - cell.0.count))
        }
        var line = padded.joined(separator: "  ")
        while line.hasSuffix(" ") { line.removeLast() }
        return line
    }
}
