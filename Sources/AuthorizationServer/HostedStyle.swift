import Encoding
import SMART

/// The SMART style that this server serves (checklist CTX-6): the configured one, else that of its pages. The address holds a
/// hash of the content, so that a changed style has a new address and apps may keep what they fetched.
struct HostedStyle: Sendable {
    let content: [UInt8]
    /// Behind the issuer's own path.
    let path: String
    private let url: String
    private let prefix: String

    private static let folder = "/assets/smart-style-"

    init(_ configuration: Configuration, _ branding: Branding) {
        content = JSON.object((configuration.smartStyle ?? SMARTStyle(ofPages: branding)).json).serialized()
        path = "\(Self.folder)\(ContentHash(content).text).json"
        url = configuration.issuer.value + path
        prefix = configuration.issuer.value + Self.folder
    }

    /// What an EHR launch tells where the EHR names no style of its own.
    func completed(_ context: LaunchContext) -> LaunchContext {
        var context = context
        if context.smartStyleURL == nil { context.smartStyleURL = url }
        return context
    }

    /// A grant outlives the style that it was made with: an address of ours that may be gone becomes the one of today.
    func renewed(_ context: LaunchContext) -> LaunchContext {
        var context = context
        if context.smartStyleURL?.utf8.starts(with: prefix.utf8) == true { context.smartStyleURL = url }
        return context
    }
}

extension SMARTStyle {
    /// The colours and measures of this server's own pages.
    fileprivate init(ofPages branding: Branding) {
        let palette = Stylesheet.Palette.light
        self.init([
            .colorBackground: palette.page.css, .colorError: palette.problem.css,
            .colorHighlight: branding.accent.readable(on: palette.page).css,
            .colorModalBackdrop: "rgba(20, 32, 43, 0.5)", .colorSuccess: "#1b6e3c", .colorText: palette.text.css,
            .dimBorderRadius: "8px", .dimFontSize: "16px", .dimSpacingSize: "16px",
            .fontFamilyBody: "system-ui, sans-serif", .fontFamilyHeading: "system-ui, sans-serif",
        ])
    }
}
