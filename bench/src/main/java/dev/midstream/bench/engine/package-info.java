/**
 * What the engine costs per packet: many established conversations, one kind of treatment. Packets
 * are prepared before; what patching their numbers costs is measured apart.
 */
@NullMarked
package dev.midstream.bench.engine;

import org.jspecify.annotations.NullMarked;
