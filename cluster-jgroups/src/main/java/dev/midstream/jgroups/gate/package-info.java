/**
 * The sockets of a cluster: each connection begins with TLS 1.3, in which both sides show a
 * certificate, and with a greeting that says which life of which node speaks. A connection that
 * does not get through this gate carries nothing else.
 */
@NullMarked
package dev.midstream.jgroups.gate;

import org.jspecify.annotations.NullMarked;
