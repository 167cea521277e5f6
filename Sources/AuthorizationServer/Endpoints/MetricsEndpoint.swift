import HTTP

/// `GET /metrics`: the figures in the Prometheus text format 0.0.4. Not a public route: it tells how busy everybody is.
struct MetricsEndpoint: Endpoint {
    static let path = "/metrics"

    let figures: Figures

    func respond(to request: Request) async throws -> Response {
        let text = try await figures.text()
        return Response(
            status: 200,
            headers: [
                ("Content-Type", "text/plain; version=0.0.4; charset=utf-8"), ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ], body: Array(text.utf8))
    }
}
