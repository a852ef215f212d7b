/**
 * The string search of agents: the places of a view where one of several strings may start.
 *
 * <p>Place on the path: inside agents. {@link dev.midstream.modcmd.search.CandidateScan} is the
 * entry. A scan is a filter: it reports candidates and decides nothing.
 *
 * <p>Scans are immutable and may be shared by threads. What a scan found is kept with the view, on
 * the thread of the call.
 */
@NullMarked
package dev.midstream.modcmd.search;

import org.jspecify.annotations.NullMarked;
