/// A request that was read in full, where it leads, and how it is to be answered.
///
/// Moved from hand to hand, never copied: a copy would count up and down a dozen references for each request.
struct Exchange: ~Copyable {
    /// As its endpoint gets it.
    var request: Request
    let match: Router.Match
    /// HEAD: the answer's fields are those of GET, its body stays away.
    let omitsBody: Bool
    /// Whether the client lets the connection go on after it.
    let keepsAlive: Bool
}
