import Policy

extension Texts {
    package static let spanish = Texts(
        language: Language(tag: "es", name: "Español", direction: .leftToRight),
        common: Common(
            footer: { "Acceso seguro a historias clínicas, ofrecido por \($0)." },
            help: "Ayuda", privacy: "Privacidad", proceed: "Continuar", cancel: "Cancelar",
            problemTitle: { "Problema: \($0)" },
            opensNewTab: "se abre en otra pestaña",
            seconds: { $0 == 1 ? "1 segundo" : "\($0) segundos" },
            minutes: { $0 == 1 ? "1 minuto" : "\($0) minutos" }),
        signIn: SignIn(
            title: "Iniciar sesión",
            toContinue: { "para continuar en \($0)" },
            toManage: "para ver qué aplicaciones tienen acceso y retirarlo",
            username: "Nombre de usuario", password: "Contraseña", submit: "Iniciar sesión",
            wrongCredentials: "El nombre de usuario y la contraseña no coinciden. Revíselos e inténtelo de nuevo.",
            tooManyTries: { "Demasiados intentos. Espere \($0) y vuelva a intentarlo." },
            formExpired: "Esta página estuvo abierta demasiado tiempo. Inicie sesión de nuevo."),
        newPassword: ChosenPassword(
            title: "Elija una contraseña nueva",
            why: "Otra persona puso la contraseña que usted usó. Elija una que solo usted conozca.",
            password: "Contraseña nueva", repeated: "La contraseña nueva otra vez",
            rules: { "Al menos \($0) caracteres de cualquier tipo. Una frase propia es buena." },
            submit: "Cambiar la contraseña",
            different: "Las dos contraseñas no son iguales. Escriba la nueva dos veces.",
            same: "Esta es la contraseña que hay que cambiar. Elija otra.",
            tooShort: { "Esta contraseña es demasiado corta. Necesita al menos \($0) caracteres." },
            tooLong: "Esta contraseña es demasiado larga o contiene un carácter que no se puede usar.",
            repeats: "Esta contraseña repite unos pocos caracteres. Elija otra.",
            isSequence: "Esta contraseña es una secuencia como abcdef o una fila de teclas. Elija otra.",
            isGuessable:
                "Esta contraseña está hecha de contraseñas comunes o nombres, que se adivinan primero. Elija otra."),
        patients: Patients(
            title: "Elija un paciente",
            why: { "\($0) trabajará con la historia clínica que usted elija." },
            search: "Buscar un paciente",
            searchHint: "El comienzo de un nombre o el número de historia clínica",
            birthDate: "Fecha de nacimiento",
            searchSubmit: "Buscar",
            legend: "Pacientes",
            matches: { "Pacientes que coinciden con «\($0)»" },
            none: "No hay pacientes que usted pueda elegir.",
            noMatch: { "Ningún paciente coincide con «\($0)». Pruebe con menos letras o con el número de historia." },
            more: "Más pacientes",
            born: { "Fecha de nacimiento: \($0)" },
            identifier: { "Historia clínica n.º \($0)" },
            genders: ["male": "Hombre", "female": "Mujer", "other": "Otro", "unknown": "Sexo desconocido"],
            notChosen: "Elija un paciente para continuar.",
            notAvailable: "Esa historia clínica no se puede elegir. Elija otra."),
        encounters: Encounters(
            title: "Elija una consulta",
            why: { "\($0) se abrirá con la consulta que usted elija." },
            legend: { "Consultas de \($0)" },
            none: "No hay consultas registradas.",
            withoutVisit: "Continuar sin una consulta", more: "Consultas anteriores",
            statuses: [
                "planned": "Prevista", "arrived": "El paciente llegó", "triaged": "En triaje",
                "in-progress": "En curso", "onleave": "Con permiso de salida", "on-hold": "En pausa",
                "finished": "Finalizada", "discharged": "Con alta", "completed": "Completada",
                "cancelled": "Cancelada", "discontinued": "Interrumpida", "entered-in-error": "Registrada por error",
                "unknown": "Estado desconocido",
            ],
            notChosen: "Elija una consulta para continuar.",
            notAvailable: "Esa consulta no se puede elegir. Elija otra."),
        consent: Consent(
            title: "Permitir el acceso",
            heading: { "¿Permitir que \($0) use datos de salud?" },
            app: "Aplicación", publisher: "Publicada por", returnsTo: "Después lo lleva a",
            comesFrom: "Procede de",
            record: "Historia clínica de", purpose: "Para qué, según la aplicación",
            purposes: [
                .treatment: "Tratamiento", .emergencyTreatment: "Tratamiento de urgencia",
                .breakTheGlass: "Acceso de emergencia", .careManagement: "Gestión de la atención",
                .clinicalTrial: "Ensayo clínico", .coverage: "Cobertura del seguro médico",
                .directTreatment: "Tratamiento directo", .disasterRelief: "Ayuda en una catástrofe",
                .familyRequested: "A petición de la familia", .patientRequested: "A petición del paciente",
                .powerOfAttorney: "Poder de representación", .support: "Red de apoyo",
                .payment: "Pago de la atención", .claims: "Justificante para la aseguradora",
                .operations: "Funcionamiento del servicio sanitario", .quality: "Mejora de la calidad",
                .systemAdministration: "Administración del sistema", .marketing: "Mercadotecnia",
                .research: "Investigación", .publicHealth: "Salud pública", .legal: "Asuntos legales",
            ],
            signedInAs: "Usted inició sesión como",
            unreviewed: {
                "Esta aplicación se registró por su cuenta: \($0) no la ha revisado. Siga solo si sabe quién la ofrece."
            },
            unknownPublisher: "No se indica",
            about: "Lo que la aplicación dice de sí misma", policy: "Política de privacidad",
            terms: "Condiciones de uso", contact: "Contacto",
            chooseWhat: "Elija lo que la aplicación puede hacer. Desmarque lo que no quiera permitir.",
            groups: [
                .patientRecord: "En la historia clínica de este paciente",
                .userRecords: "En todas las historias clínicas que usted puede abrir",
                .systemRecords: "En todas las historias clínicas de este sistema",
                .administration: "En la administración de este servidor",
                .identity: "Sobre usted",
                .context: "En qué está trabajando usted",
                .continuedAccess: "Cuánto dura el acceso",
                .other: "Otros permisos",
            ],
            wildcardWarning: "Es un permiso amplio: también incluye los tipos de datos que se añadan más adelante.",
            writeWarning: "Modifica datos",
            offlineNotice:
                "La aplicación pide conservar el acceso aunque usted no la esté usando, hasta que usted lo retire.",
            needed: "Necesario para que la aplicación funcione",
            parts: "Elegir solo algunos tipos",
            partsHint: "Desmarque la casilla de arriba y elija los tipos que quiere compartir.",
            nothingAsked: "La aplicación no pide ningún dato.",
            remember: "No volver a preguntarme",
            rememberHint: "Mientras la aplicación pida la misma historia clínica y nada más.",
            trust: { "Permítalo solo si confía en \($0). Después, los datos se rigen por su política de privacidad." },
            allow: "Permitir", deny: "No permitir",
            nothingChosen: "No ha elegido nada. Elija al menos un permiso o pulse «No permitir».",
            formExpired: "Esta página estuvo abierta demasiado tiempo. Revise de nuevo su elección.",
            administration: .init(
                heading: { "¿Permitir que \($0) administre este servidor?" },
                writeWarning: "Hace cambios",
                trust: {
                    "Permítalo solo si confía en \($0). Actuará por usted, y lo que haga quedará registrado a su nombre."
                },
                footer: { "Administración del acceso, ofrecida por \($0)." })),
        emergency: Emergency(
            title: "Acceso de emergencia",
            heading: { "¿Abrir la historia de \($0) en una emergencia?" },
            warning: """
                Esto abre lo que normalmente no se le permite ver. Queda registrado a su nombre y alguien le preguntará \
                por ello.
                """,
            lasts: "El acceso termina después de",
            reason: "¿Por qué necesita esta historia ahora?",
            reasonHint: "En una o dos frases. Las leerá quien revise el acceso.",
            reasonNeeded: "Escriba el motivo con un mínimo de 10 y un máximo de 500 caracteres visibles.",
            open: "Abrir la historia"),
        formPost: FormPost(
            title: "Volver a la aplicación",
            explanation: "Un paso más: pulse el botón para seguir en la aplicación."),
        apps: Apps(
            title: "Aplicaciones con acceso a datos de salud",
            signedInAs: { "Usted inició sesión como \($0)." },
            none: "Ninguna aplicación tiene acceso a través de usted.",
            publisher: "Publicada por", records: "Historia clínica de",
            moreRecords: { $0 == 1 ? "y 1 más" : "y \($0) más" },
            since: "Con acceso desde", lastUsed: "Último uso", notUsed: "Todavía no",
            access: "El acceso dura",
            offline: "Hasta que usted lo retire, también cuando no usa la aplicación",
            online: "Mientras su sesión esté abierta aquí",
            until: { "Hasta \($0)" },
            remembered: "No se le vuelve a preguntar cuando esta aplicación pide lo mismo.",
            withdraw: "Retirar el acceso", ofApp: { "de \($0)" },
            withdrawn: { "\($0) ya no tiene acceso." },
            formExpired: "Esta página estuvo abierta demasiado tiempo. Inténtelo de nuevo.",
            history: "Sus inicios de sesión",
            historyHint: "Si alguno no fue suyo, cambie la contraseña o avise al servicio de soporte.",
            success: "Sesión iniciada", failure: "Contraseña incorrecta",
            unknownDevice: "Dispositivo desconocido", earlier: "Inicios de sesión anteriores",
            noSignIns: "No hay inicios de sesión anteriores."),
        signOut: SignOut(
            confirmTitle: "¿Cerrar la sesión?",
            confirmQuestion: {
                "Usted inició sesión como \($0). Las aplicaciones que dependen de esta sesión dejarán de funcionar."
            },
            confirm: "Cerrar la sesión", stay: "Seguir conectado",
            title: "La sesión está cerrada",
            explanation: { "Su sesión en \($0) terminó en este dispositivo." },
            closeWindow: "Si comparte este dispositivo, cierre también la ventana del navegador.",
            returnTo: { "Volver a \($0)" }, stayedTitle: "Su sesión sigue abierta",
            stayedExplanation: { "Su sesión en \($0) continúa. Puede cerrar esta página." }),
        errors: [
            .badRequest: ErrorText(
                heading: "Este enlace no funciona",
                explanation:
                    "La aplicación envió una solicitud que no se puede atender. Vuelva a ella e inténtelo otra vez."),
            .expired: ErrorText(
                heading: "Esta página ha caducado",
                explanation: "Estuvo abierta demasiado tiempo o ya se usó. Vuelva a la aplicación y empiece de nuevo."),
            .cookiesOff: ErrorText(
                heading: "Se necesitan cookies",
                explanation: "El navegador no envió una cookie necesaria. Permita las cookies y empiece de nuevo."),
            .appWaits: ErrorText(
                heading: "Esta aplicación aún no está aprobada",
                explanation: "Nadie puede usarla hasta que la revise un administrador. Inténtelo más tarde."),
            .notAllowed: ErrorText(
                heading: "Usted no tiene acceso",
                explanation: "Su cuenta no tiene este permiso. Si cree que debería tenerlo, consulte al administrador."),
            .notFound: ErrorText(
                heading: "Página no encontrada", explanation: "No hay nada en esta dirección."),
            .tooManyRequests: ErrorText(
                heading: "Demasiadas solicitudes", explanation: "Espere un poco y vuelva a intentarlo."),
            .serverFault: ErrorText(
                heading: "Algo salió mal",
                explanation: "El fallo es nuestro. Inténtelo de nuevo; si continúa, indique la referencia al soporte."),
            .unavailable: ErrorText(
                heading: "No disponible en este momento", explanation: "Inténtelo de nuevo en unos minutos."),
            .directoryUnavailable: ErrorText(
                heading: "No se puede acceder a los datos de los pacientes",
                explanation:
                    "El sistema que los guarda no respondió. No se perdió nada: inténtelo de nuevo en un momento."),
        ],
        errorDetails: ErrorDetails(
            code: "Código", reference: "Referencia", forDevelopers: "Para quien desarrolla la aplicación",
            retry: "Intentar de nuevo"),
        scopes: ScopeWords.spanish,
        dates: Dates(
            months: [
                "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
                "noviembre", "diciembre",
            ],
            day: { "\($0) de \($1) de \($2)" }, month: { "\($0) de \($1)" }, time: { "\($0), \($1) UTC" }))
}

extension Texts.ScopeWords {
    fileprivate static let spanish = Texts.ScopeWords(
        create: "agregar", read: "ver", update: "modificar", delete: "eliminar", search: "buscar",
        conjunction: { Texts.joined($0, last: conjunction(before: $0.last)) },
        anyType: "todo tipo de datos, también los que se añadan más adelante",
        otherType: { "datos del tipo «\($0)»" },
        only: { "Solo las entradas con \($0)." },
        subResources: [
            .encounterDiagnosis: "diagnósticos de las consultas", .problemList: "lista de problemas",
            .healthConcern: "preocupaciones de salud", .laboratory: "resultados de laboratorio",
            .socialHistory: "antecedentes sociales (como el tabaquismo)", .vitalSigns: "signos vitales",
            .survey: "respuestas a cuestionarios y evaluaciones", .socialDeterminants: "condiciones de vida",
            .clinicalTest: "resultados de pruebas clínicas",
        ],
        resources: spanishResources, administration: spanishAdministration,
        openid: .init(title: "Saber que es usted", detail: "La aplicación conoce un identificador de su cuenta."),
        fhirUser: .init(
            title: "Conocer su propia ficha", detail: "La aplicación sabe quién es usted en la historia clínica."),
        profile: .init(title: "Conocer su nombre", detail: "La aplicación conoce el nombre de su cuenta."),
        launch: .init(
            title: "Saber qué está abierto", detail: "La aplicación sabe qué historia estaba abierta al iniciarse."),
        launchPatient: .init(
            title: "Saber qué paciente se eligió", detail: "La aplicación sabe con qué historia clínica trabaja."),
        launchEncounter: .init(
            title: "Saber qué consulta se eligió", detail: "La aplicación sabe con qué consulta trabaja."),
        launchContext: {
            .init(title: "Conocer lo elegido: \($0)", detail: "La aplicación sabe cuál elige usted.")
        },
        onlineAccess: .init(
            title: "Conservar el acceso mientras dure su sesión",
            detail: "El acceso termina cuando cierre la sesión aquí."),
        offlineAccess: .init(
            title: "Conservar el acceso cuando usted no usa la aplicación",
            detail: "La aplicación puede usar estos datos en todo momento, sin volver a pedirlo, hasta que lo retire."),
        unknown: { .init(title: "Permiso especial «\($0)»", detail: "Este servidor no tiene una descripción de él.") })

    /// "y" becomes "e" before the sound of an i.
    private static func conjunction(before next: String?) -> String {
        let next = next ?? ""
        return next.hasPrefix("i") || (next.hasPrefix("hi") && !next.hasPrefix("hie")) ? " e " : " y "
    }

    private static let spanishAdministration = [
        "Client": "aplicaciones registradas", "RolePolicy": "reglas de los roles",
        "RoleAssignment": "asignación de roles", "AuditEvent": "registro de auditoría", "Token": "tokens",
        "Launch": "inicios de aplicaciones", "User": "cuentas de usuario", "Key": "claves de firma",
        "Grant": "accesos concedidos a aplicaciones", "Session": "sesiones", "Consent": "consentimientos",
        "FHIRServer": "servidores FHIR", "Patient": "directorio de pacientes", "Settings": "configuración",
        "Refusal": "solicitudes rechazadas",
    ]

    private static let spanishResources = [
        "Account": "cuentas de facturación", "AdverseEvent": "eventos adversos", "AllergyIntolerance": "alergias",
        "Appointment": "citas", "AppointmentResponse": "respuestas a citas", "AuditEvent": "registro de accesos",
        "Basic": "otras entradas", "Binary": "archivos", "BodyStructure": "zonas del cuerpo",
        "Bundle": "conjuntos de entradas", "CarePlan": "planes de cuidados", "CareTeam": "equipo de atención",
        "ChargeItem": "cargos", "Claim": "reclamaciones al seguro", "ClaimResponse": "respuestas del seguro",
        "ClinicalImpression": "valoraciones clínicas", "CodeSystem": "listas de códigos",
        "Communication": "mensajes", "CommunicationRequest": "solicitudes de mensajes",
        "Composition": "resúmenes clínicos", "ConceptMap": "equivalencias de códigos",
        "Condition": "enfermedades y diagnósticos", "Consent": "consentimientos", "Contract": "contratos",
        "Coverage": "cobertura del seguro", "CoverageEligibilityRequest": "consultas de cobertura",
        "CoverageEligibilityResponse": "respuestas sobre la cobertura", "DetectedIssue": "alertas de seguridad",
        "Device": "dispositivos médicos e implantes", "DeviceMetric": "mediciones de dispositivos",
        "DeviceRequest": "pedidos de dispositivos", "DeviceUseStatement": "uso de dispositivos",
        "DiagnosticReport": "informes diagnósticos", "DocumentManifest": "conjuntos de documentos",
        "DocumentReference": "notas clínicas y documentos", "Encounter": "consultas y hospitalizaciones",
        "Endpoint": "direcciones técnicas", "EnrollmentRequest": "altas en el seguro",
        "EpisodeOfCare": "episodios de atención", "ExplanationOfBenefit": "liquidaciones del seguro",
        "FamilyMemberHistory": "antecedentes familiares", "Flag": "advertencias", "Goal": "objetivos de salud",
        "Group": "grupos de personas", "GuidanceResponse": "apoyo a la decisión",
        "HealthcareService": "servicios de salud", "ImagingStudy": "estudios de imagen", "Immunization": "vacunas",
        "ImmunizationEvaluation": "revisión de vacunas",
        "ImmunizationRecommendation": "recomendaciones de vacunación", "InsurancePlan": "planes de seguro",
        "Invoice": "facturas", "Library": "bibliotecas de conocimiento", "Linkage": "entradas vinculadas",
        "List": "listas", "Location": "lugares", "Measure": "indicadores de calidad",
        "MeasureReport": "informes de calidad", "Media": "fotos y grabaciones", "Medication": "medicamentos",
        "MedicationAdministration": "medicamentos administrados",
        "MedicationDispense": "medicamentos dispensados",
        "MedicationKnowledge": "información sobre medicamentos", "MedicationRequest": "recetas",
        "MedicationStatement": "medicamentos que toma", "MessageHeader": "cabeceras de mensajes",
        "MolecularSequence": "secuencias genéticas", "NutritionOrder": "indicaciones de dieta",
        "Observation": "resultados, mediciones y observaciones", "OperationOutcome": "resultados de operaciones",
        "Organization": "organizaciones", "OrganizationAffiliation": "vínculos entre organizaciones",
        "Parameters": "parámetros", "Patient": "datos del paciente (nombre, nacimiento, contacto)",
        "PaymentNotice": "avisos de pago", "PaymentReconciliation": "pagos", "Person": "personas",
        "PlanDefinition": "protocolos de atención", "Practitioner": "profesionales de la salud",
        "PractitionerRole": "funciones de los profesionales", "Procedure": "procedimientos",
        "Provenance": "origen de las entradas", "Questionnaire": "cuestionarios",
        "QuestionnaireResponse": "respuestas a cuestionarios", "RelatedPerson": "familiares y cuidadores",
        "RequestGroup": "grupos de pedidos", "ResearchStudy": "estudios de investigación",
        "ResearchSubject": "participantes en investigaciones", "RiskAssessment": "evaluaciones de riesgo",
        "Schedule": "agendas", "ServiceRequest": "pedidos y derivaciones", "Slot": "horas libres",
        "Specimen": "muestras", "StructureDefinition": "definiciones de datos", "Subscription": "notificaciones",
        "Substance": "sustancias", "SupplyDelivery": "suministros entregados",
        "SupplyRequest": "pedidos de suministros", "Task": "tareas", "ValueSet": "conjuntos de valores",
        "VisionPrescription": "recetas de gafas y lentes de contacto",
    ]
}
