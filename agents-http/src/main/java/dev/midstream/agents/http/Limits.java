package dev.midstream.agents.http;

/**
 * The limits of a rule.
 *
 * @param headBytes octets of a head with its empty line
 * @param fields field lines of a head
 * @param chunkLineBytes octets of a line with a chunk size
 * @param extensionBytes octets of the extensions of all chunks of a message
 * @param trailerBytes octets of trailers with their empty line
 * @param informational 1xx responses to one request
 * @param pipelined requests whose responses are due
 * @param denialBytes octets of waiting denials from which on further requests wait; one denial has
 *     no more
 * @param dropBytes octets of a denied body that are dropped so that the connection can go on
 */
record Limits(
    int headBytes,
    int fields,
    int chunkLineBytes,
    int extensionBytes,
    int trailerBytes,
    int informational,
    int pipelined,
    int denialBytes,
    long dropBytes) {}
