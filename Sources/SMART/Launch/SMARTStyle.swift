package import Encoding

/// How an app may dress to look like its EHR (SMART App Launch 2.2, "Styling"; CTX-6): what `smart_style_url` leads to.
package struct SMARTStyle: Sendable, Equatable {
    /// The properties that the specification names.
    package enum Property: String, Sendable, Hashable, CaseIterable {
        case colorBackground = "color_background"
        case colorError = "color_error"
        case colorHighlight = "color_highlight"
        case colorModalBackdrop = "color_modal_backdrop"
        case colorSuccess = "color_success"
        case colorText = "color_text"
        case dimBorderRadius = "dim_border_radius"
        case dimFontSize = "dim_font_size"
        case dimSpacingSize = "dim_spacing_size"
        case fontFamilyBody = "font_family_body"
        case fontFamilyHeading = "font_family_heading"
    }

    private let values: [Property: String]

    package init(_ values: [Property: String]) {
        self.values = values
    }

    /// The properties that have a value, in the order of the specification: one style is always one text.
    package var json: JSONObject {
        JSONObject(
            Property.allCases.compactMap { property in values[property].map { (property.rawValue, .string($0)) } })
    }
}
