/**
 * Messages about logs between two nodes: {@link dev.midstream.bench.carrier.CarrierRoundTrip}
 * measures their round trip beside that of a connection with TLS that carries nothing else.
 */
@NullMarked
package dev.midstream.bench.carrier;

import org.jspecify.annotations.NullMarked;
