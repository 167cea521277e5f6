#pragma once
// Both sides of TLS. Most of what they need are macros.
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <string.h>

// Never asks the terminal for the passphrase of a key.
static int lanyard_tls_no_passphrase(char *buffer, int size, int writing, void *context) {
    return -1;
}

// RFC 7301 §3.2: http/1.1 or nothing. A client that offers only other protocols gets no_application_protocol.
static int lanyard_tls_select_protocol(SSL *session, const unsigned char **chosen, unsigned char *chosen_length,
                                       const unsigned char *offered, unsigned int offered_length, void *context) {
    static const unsigned char http11[] = "http/1.1";
    for (unsigned int i = 0; i < offered_length; i += offered[i] + 1u) {
        if (offered[i] == 8 && offered_length - i > 8 && memcmp(offered + i + 1, http11, 8) == 0) {
            *chosen = offered + i + 1;
            *chosen_length = 8;
            return SSL_TLSEXT_ERR_OK;
        }
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

// RFC 9325: TLS 1.2 with ECDHE and AEAD, or 1.3; no compression, no renegotiation, no early data. Sessions are resumed
// from a bounded cache in memory: a ticket key that lives as long as the process would undo forward secrecy (§3.4).
static inline SSL_CTX *lanyard_tls_context(void) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context == NULL) return NULL;
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_SERVER);
    SSL_CTX_sess_set_cache_size(context, 10000);
    SSL_CTX_set_timeout(context, 3600);
    SSL_CTX_set_max_early_data(context, 0);
    SSL_CTX_set_security_level(context, 2);
    SSL_CTX_set_default_passwd_cb(context, lanyard_tls_no_passphrase);
    SSL_CTX_set_alpn_select_cb(context, lanyard_tls_select_protocol, NULL);
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
        SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
        SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") == 1)
        return context;
    SSL_CTX_free(context);
    return NULL;
}

// The client side, with the same bounds: the server must show a certificate that leads to an authority in the store.
static inline SSL_CTX *lanyard_tls_client_context(void) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (context == NULL) return NULL;
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_security_level(context, 2);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
        SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1)
        return context;
    SSL_CTX_free(context);
    return NULL;
}

// OpenSSL reads on by itself while more has come (SSL_MODE_AUTO_RETRY, and in a handshake always): a peer that sends
// messages without meaning faster than they are read would never let go of the thread. Each call may read so often.
static const int lanyard_tls_reads_per_call = 64;

static long lanyard_tls_bounded(BIO *socket, int operation, const char *data, size_t length, int i, long l, int result,
                                size_t *processed) {
    int *reads = (int *)(void *)BIO_get_callback_arg(socket);
    if (operation != BIO_CB_READ || reads == NULL || (*reads)-- > 0) return result;
    *reads = 0;
    BIO_clear_retry_flags(socket);
    BIO_set_retry_read(socket);
    return -1;
}

// `reads`: how many are left, set before each call; it outlives the session.
static inline void lanyard_tls_bound(SSL *session, int *reads) {
    BIO_set_callback_arg(SSL_get_rbio(session), (char *)(void *)reads);
    BIO_set_callback_ex(SSL_get_rbio(session), lanyard_tls_bounded);
}

// Whom the certificate must name: an address, or a name, which the server is told too (RFC 6066 §3).
static inline int lanyard_tls_expect(SSL *session, const char *name, int is_address) {
    if (is_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name);
    SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set_tlsext_host_name(session, name) == 1 && SSL_set1_host(session, name) == 1;
}

static inline int lanyard_tls_add_chain(SSL_CTX *context, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

static inline EVP_PKEY *lanyard_tls_read_key(BIO *source) {
    return PEM_read_bio_PrivateKey(source, NULL, lanyard_tls_no_passphrase, NULL);
}

static inline X509 *lanyard_tls_read_certificate(BIO *source) {
    return PEM_read_bio_X509(source, NULL, lanyard_tls_no_passphrase, NULL);
}
