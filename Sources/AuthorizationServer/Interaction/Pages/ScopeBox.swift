/// A scope choice as a checkbox with its label, its warnings and, folded away, its parts.
struct ScopeBox: Sendable {
    let choice: ScopeChoice
    /// Unique on the page; labels and descriptions hang on it.
    let id: String
    let texts: Texts.Consent

    var html: HTML {
        """
        <div class="choice scope\(" broad", if: choice.isWildcard)">
        \(box)
        <label for="\(id)"><span class="choice-title">\(choice.title)</span>\
        \(" <span class=\"tag\">\(texts.writeWarning(choice.group))</span>", if: choice.isWriting)</label>
        \(explanation)
        \(parts)
        </div>

        """
    }

    /// A disabled box is not sent, so a mandatory scope travels in a hidden field beside it.
    private var box: HTML {
        let described: HTML = hasExplanation ? " aria-describedby=\"\(id)-more\"" : .empty
        guard choice.isMandatory else {
            return """
                <input type="checkbox" id="\(id)" name="scope" value="\(choice.scope)"\(described)\
                \(" checked", if: choice.isChecked)>
                """
        }
        return """
            <input type="checkbox" id="\(id)" name="scope" value="\(choice.scope)"\(described) checked disabled>
            <input type="hidden" name="scope" value="\(choice.scope)">
            """
    }

    private var hasExplanation: Bool {
        choice.detail != nil || choice.isWildcard || choice.isMandatory
    }

    private var explanation: HTML? {
        guard hasExplanation else { return nil }
        return """
            <p class="explanation" id="\(id)-more">\
            \("<span class=\"warning\">\(texts.wildcardWarning)</span> ", if: choice.isWildcard)\
            \(choice.detail.map { "\($0) " as HTML })\
            \("<span class=\"needed\">\(texts.needed)</span>", if: choice.isMandatory)</p>
            """
    }

    private var parts: HTML? {
        guard !choice.parts.isEmpty else { return nil }
        let boxes = choice.parts.enumerated().map { ScopeBox(choice: $1, id: "\(id)-\($0)", texts: texts).html }
        return """
            <details class="parts">
            <summary>\(texts.parts)</summary>
            <p class="hint">\(texts.partsHint)</p>
            \(boxes)
            </details>
            """
    }
}
