/** Agents of protocols in the engine, where the segments of a connection make a difference. */
@NullMarked
package dev.midstream.gateway.agent;

import org.jspecify.annotations.NullMarked;
