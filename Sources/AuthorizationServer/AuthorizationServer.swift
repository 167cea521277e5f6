// AuthorizationServer
