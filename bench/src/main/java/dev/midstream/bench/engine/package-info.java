/**
 * The engine's cost per packet: many established conversations in one scenario. Packets are made in
 * advance; the cost of patching their numbers is measured separately.
 */
@NullMarked
package dev.midstream.bench.engine;

import org.jspecify.annotations.NullMarked;
