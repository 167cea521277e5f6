import Encoding
import HTTP

/// The people, patients and apps that most tests need.
extension TestServer {
    package static let password = "correct horse battery"

    /// A physician, a patient, a parent of two, three patients with encounters, a public and a confidential app, an EHR and
    /// a resource server.
    package func addSamples() async throws {
        try await administer(.post, "/admin/v1/patients", Self.bundle)
        for user in Self.users { try await administer(.post, "/admin/v1/users", user) }
        for client in Self.clients { try await administer(.post, "/admin/v1/clients", client) }
        try await administer(
            .post, "/admin/v1/resource-servers",
            [
                "client_id": "fhir-server", "name": "Records", "audiences": [.string(Self.fhirBase)],
                "client_secret": "fhir-server-secret-0123456789",
            ])
    }

    private static let users: [JSON] = [
        [
            "username": "physician", "password": .string(password), "name": "Dr. Ada Reyes",
            "fhirUser": "Practitioner/9",
        ],
        ["username": "patient", "password": .string(password), "name": "Pat Doe", "fhirUser": "Patient/1"],
        [
            "username": "parent", "password": .string(password), "name": "Sam Roe", "fhirUser": "RelatedPerson/5",
            "patients": ["2", "3"],
        ],
        ["username": "nobody", "password": .string(password), "name": "No Record"],
    ]

    private static let scope = """
        openid fhirUser profile launch launch/patient launch/encounter offline_access online_access patient/*.cruds user/*.cruds
        """

    private static let clients: [JSON] = [
        [
            "client_id": "public-app", "client_name": "Public App", "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code", "refresh_token"], "redirect_uris": ["https://app.example/cb"],
            "launch_uris": ["https://app.example/launch"], "scope": .string(scope),
        ],
        [
            "client_id": "secret-app", "client_name": "Confidential App",
            "client_secret": "secret-app-secret-0123456789",
            "grant_types": ["authorization_code", "refresh_token"],
            "redirect_uris": ["https://secret.example/cb?own=1"],
            "launch_uris": ["https://secret.example/launch"], "scope": .string(scope),
        ],
        [
            "client_id": "ehr", "client_name": "The EHR", "client_secret": "ehr-secret-0123456789012345",
            "grant_types": ["client_credentials"], "response_types": [], "scope": "auth/Launch.c auth/Token.r",
        ],
    ]

    private static let bundle: JSON = [
        "resourceType": "Bundle", "type": "collection",
        "entry": .array(
            [("1", "Doe", "Pat"), ("2", "Roe", "Kim"), ("3", "Roe", "Lee")].flatMap { id, family, given -> [JSON] in
                [
                    [
                        "resource": [
                            "resourceType": "Patient", "id": .string(id), "birthDate": "2001-02-03",
                            "name": [["family": .string(family), "given": [.string(given)]]],
                        ]
                    ],
                    [
                        "resource": [
                            "resourceType": "Encounter", "id": .string("e\(id)"), "status": "in-progress",
                            "subject": ["reference": .string("Patient/\(id)")],
                        ]
                    ],
                ]
            }),
    ]
}
