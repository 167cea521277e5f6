/// One line of a picker: a radio button whose whole line is its label, large enough for a thumb.
struct RadioChoice: Sendable {
    let name: HTML
    let index: Int
    let value: String
    let title: HTML
    let facts: [HTML]

    var html: HTML {
        let details = facts.map { "<span class=\"fact\">\($0)</span> " as HTML }
        return """
            <div class="choice">
            <input type="radio" id="\(name)-\(index)" name="\(name)" value="\(value)" required>
            <label for="\(name)-\(index)"><span class="choice-title">\(title)</span> \
            \("<span class=\"facts\">\(details)</span>", if: !details.isEmpty)</label>
            </div>

            """
    }
}
