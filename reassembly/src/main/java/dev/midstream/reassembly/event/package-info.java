/**
 * What the engine tells about itself: a reason for everything that happens to a packet, counted,
 * and the events an operator wants to read. Nothing here decides anything.
 */
@NullMarked
package dev.midstream.reassembly.event;

import org.jspecify.annotations.NullMarked;
